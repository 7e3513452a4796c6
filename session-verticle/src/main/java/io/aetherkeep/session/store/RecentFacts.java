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
 * <p>They are forgotten when somebody changes or ends the session, and soon in any case.
 */
public final class RecentFacts {

  private static final int MOST = 20_000;

  private record Known(Facts facts, long until) {}

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

  @Nullable Facts find(String id) {
    Known found = known.get(id);
    if (found == null || found.until <= clock.millis()) {
      return null;
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
    known.remove(id);
    known.put(id, new Known(facts, clock.millis() + millis));
  }

  /** Forgets a session's; answers whether they were known. */
  boolean forget(String id) {
    epoch++;
    return known.remove(id) != null;
  }
}
