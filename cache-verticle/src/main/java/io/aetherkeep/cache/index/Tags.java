package io.aetherkeep.cache.index;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tag index: which entries carry a tag.
 *
 * <p>The index may list keys of entries that do not carry the tag, but misses none. The label
 * decides: it is written atomically with its entry.
 */
public interface Tags {

  /**
   * Adds a key that is about to be written to the index of each tag.
   *
   * @param lifetime of the entry; zero for ever
   * @param outlives how long the tags of the expired entry are kept
   */
  Future<Void> announce(String key, List<String> tags, Duration lifetime, Duration outlives);

  /**
   * Walks the keys of a tag in batches. It visits every key that stays in the index during the
   * walk, despite concurrent writes, and may visit one twice.
   */
  Future<Void> walk(String tag, Function<List<String>, Future<?>> batch);

  /** The keys whose entries carry the tag now. */
  Future<List<String>> carrying(String tag, List<String> keys);

  /** Whether a label contains a tag. */
  static boolean carries(String label, String tag) {
    return List.of(label.split(",", -1)).contains(tag);
  }

  /** The tags in a label. */
  static List<String> of(@Nullable String label) {
    return label == null || label.isEmpty() ? List.of() : List.of(label.split(",", -1));
  }

  /** The label of an entry with these tags. */
  static String label(List<String> tags) {
    return String.join(",", tags);
  }
}
