package io.aetherkeep.session.store;

import io.aetherkeep.session.layout.StoredSession.Facts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts of sessions that were read on this event loop a moment ago: while they are known, a
 * session is read and its lifetime started anew by one plain command.
 *
 * <p>They are forgotten when somebody changes or ends the session, and soon in any case. Whether a
 * lifetime was started by them is kept: that may have been the wrong one.
 */
public final class RecentFacts {

  private static final int MOST = 20_000;

  private record Known(Facts facts, long until, boolean used) {}

  private final InstantSource clock;
  private final long millis;
  private long epoch;
  private final Map<String, Known> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST;
        }
      };

  public RecentFacts(Duration length, InstantSource clock) {
    this.millis = length.toMillis();
    this.clock = clock;
  }

  /** Facts by which a lifetime is started anew. */
  @Nullable Facts use(String id) {
    Known found = known.get(id);
    if (found == null || found.until <= clock.millis()) {
      return null;
    }
    if (!found.used) {
      known.replace(id, new Known(found.facts, found.until, true));
    }
    return found.facts;
  }

  /** Counts what was forgotten: what was read before may be wrong. */
  long epoch() {
    return epoch;
  }

  /** Remembers facts, unless some were forgotten since they were asked for. */
  void put(String id, Facts facts, long asked) {
    if (asked != epoch) {
      return;
    }
    Known before = known.remove(id);
    boolean used = before != null && before.used;
    known.put(id, new Known(facts, clock.millis() + millis, used));
  }

  /** Forgets a session's; answers whether a lifetime was started by them. */
  boolean forget(String id) {
    epoch++;
    Known before = known.remove(id);
    return before != null && before.used;
  }
}
