package io.aetherkeep.collection;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Map of limited size: a new entry beyond the limit evicts the eldest one. Like any {@link
 * LinkedHashMap} it is not safe for several threads.
 */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {

  private static final long serialVersionUID = 1;

  private final int most;

  private BoundedMap(int most, boolean byUse) {
    super(16, 0.75f, byUse);
    this.most = most;
  }

  /** Map whose eldest entry is the one inserted first. */
  public static <K, V> Map<K, V> byInsertion(int most) {
    return new BoundedMap<>(most, false);
  }

  /** Map whose eldest entry is the one that was read or written longest ago (LRU). */
  public static <K, V> Map<K, V> byUse(int most) {
    return new BoundedMap<>(most, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
