package io.aetherkeep.cache.index;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Which entries carry a tag.
 *
 * <p>An index that may name an entry too many, and never one too few; what an entry really carries
 * is its label, which is written in one step with it.
 */
public interface Tags {

  /** Enters a key that is about to be written under each of the tags. */
  Future<Void> announce(String key, List<String> tags, Duration lifetime);

  /**
   * Walks the keys that were announced, one batch after the other; none that was there all the time
   * is left out, whoever else writes meanwhile, and one may come twice.
   */
  Future<Void> walk(String tag, Function<List<String>, Future<?>> batch);

  /** Those of the keys whose entries carry the tag now. */
  Future<List<String>> carrying(String tag, List<String> keys);

  /** Whether a tag is among those of a label. */
  static boolean carries(String label, String tag) {
    return List.of(label.split(",", -1)).contains(tag);
  }

  /** The label of an entry with these tags. */
  static String label(List<String> tags) {
    return String.join(",", tags);
  }
}
