package io.aetherkeep.session.store;

import io.aetherkeep.collection.BoundedMap;
import io.aetherkeep.session.layout.StoredSession.Facts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cache of facts of sessions recently read on this event loop. With known facts one plain command
 * reads a session and restarts its lifetime.
 *
 * <p>A change or the end of a session removes its facts, and they expire soon anyway. Removal
 * reports the facts that were used to restart a lifetime, which may then be a wrong one.
 */
public final class FactsCache {

  private static final int MOST = 20_000;

  /**
   * Facts of a session.
   *
   * @param used the facts by which a lifetime was first restarted; null if none was
   */
  private record Known(Facts facts, long until, @Nullable Facts used) {}

  private final InstantSource clock;
  private final long millis;
  private final Consumer<String> forgotten;
  private long epoch;
  private final Map<String, Known> known = BoundedMap.byInsertion(MOST);

  /**
   * Creates the cache.
   *
   * @param forgotten called for each session whose facts are to be removed, known or not
   */
  public FactsCache(Duration length, InstantSource clock, Consumer<String> forgotten) {
    this.millis = length.toMillis();
    this.clock = clock;
    this.forgotten = forgotten;
  }

  /** Facts for restarting a lifetime, marked as used. */
  @Nullable Facts use(String id) {
    Known found = known.get(id);
    if (found == null || found.until <= clock.millis()) {
      return null;
    }
    if (found.used == null) {
      known.replace(id, new Known(found.facts, found.until, found.facts));
    }
    return found.facts;
  }

  /** Counter of removals: facts read before one of them may be outdated. */
  long epoch() {
    return epoch;
  }

  /** Caches facts, unless some were removed since the read began. */
  void put(String id, Facts facts, long asked) {
    if (asked != epoch) {
      return;
    }
    Known before = known.remove(id);
    Facts used = before == null ? null : before.used;
    known.put(id, new Known(facts, clock.millis() + millis, used));
  }

  /**
   * Removes a session's facts; answers those that were used to restart a lifetime, null if none.
   */
  @Nullable Facts forget(String id) {
    epoch++;
    forgotten.accept(id);
    Known before = known.remove(id);
    return before == null ? null : before.used;
  }
}
