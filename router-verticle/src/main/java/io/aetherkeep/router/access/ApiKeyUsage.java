package io.aetherkeep.router.access;

import io.aetherkeep.catalogue.AuditAsks.KeyUse;
import io.aetherkeep.router.access.identity.ApiKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Usage of API keys, shared by the event loops of a node: their uses that are not recorded yet, and
 * the known keys. Only keys that a guard has accepted are counted, so the number of keys and that
 * of spaces bound its size.
 */
public final class ApiKeyUsage {

  /** A key in a space. */
  private record Place(String space, String key) {}

  /** Uses of a key since they were last drained. */
  private static final class Uses {
    private final LongAdder count = new LongAdder();
    private volatile String operation = "";
    private volatile long lastNanos;
  }

  private final Map<Place, Uses> uses = new ConcurrentHashMap<>();
  private volatile List<ApiKey> known = List.of();

  /** Replaces the known keys. */
  void know(List<ApiKey> keys) {
    known = List.copyOf(keys);
  }

  /** Returns the known keys. */
  public List<ApiKey> known() {
    return known;
  }

  /** Counts a use of a valid key. */
  public void count(String space, String key, String operation) {
    Uses of = uses.computeIfAbsent(new Place(space, key), first -> new Uses());
    of.operation = operation;
    of.lastNanos = System.nanoTime();
    of.count.increment();
  }

  /** Removes and returns the uses of each space. */
  public Map<String, List<KeyUse>> drain() {
    Map<String, List<KeyUse>> drained = new HashMap<>();
    uses.forEach(
        (place, of) -> {
          long count = of.count.sumThenReset();
          if (count > 0) {
            long ago = Math.max(0, (System.nanoTime() - of.lastNanos) / 1_000_000);
            drained
                .computeIfAbsent(place.space, first -> new ArrayList<>())
                .add(new KeyUse(place.key, count, of.operation, ago));
          }
        });
    return drained;
  }

  /** Adds back drained uses that could not be recorded, and keeps the time of the last use. */
  public void giveBack(String space, List<KeyUse> unrecorded) {
    for (KeyUse use : unrecorded) {
      Uses of = uses.computeIfAbsent(new Place(space, use.key()), first -> new Uses());
      if (of.operation.isEmpty()) {
        of.operation = use.operation();
        of.lastNanos = System.nanoTime() - use.millisAgo() * 1_000_000;
      }
      of.count.add(use.uses());
    }
  }
}
