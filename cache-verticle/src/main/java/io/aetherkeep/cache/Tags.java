package io.aetherkeep.cache;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Which entries carry a tag.
 *
 * <p>An index that may name an entry too many, which costs a miss, and never one too few.
 */
interface Tags {

  /** Enters a key that is about to be written under each of the tags. */
  Future<Void> announce(String key, List<String> tags, Duration lifetime);

  /** Notes what a written key carries now, and strikes it from the tags it carried before. */
  Future<Void> settle(String key, List<String> tags, Duration lifetime);

  /** Some of the keys that a tag names, from a position on, in a steady order. */
  Future<List<String>> page(String tag, long from, int size);

  /** Strikes keys that are gone. */
  Future<Void> strike(String tag, List<String> keys);
}
