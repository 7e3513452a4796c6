package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Document;
import io.aetherkeep.redis.RedisDue.Claim;
import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statuses of one space. */
public interface StatusStore {

  /** The attempt that a write is about where it does not say. */
  String PRESENT = "";

  /** The attempt after the present one. */
  String NEXT = "next";

  /**
   * Writes a status in one step with what follows it.
   *
   * @param attempt a number, {@link #PRESENT} or {@link #NEXT}
   * @param source a digest of what it was made from; the same is not written twice
   */
  Future<Outcome> write(StatusKind kind, String id, Report report, String attempt, String source);

  /**
   * Puts a status back that is not there, unless it goes back behind what it was.
   *
   * @param most for how long at most; zero for as long as any
   */
  Future<Outcome> restore(StatusKind kind, String id, Report report, Duration most);

  /** Looks at a status; what another service has put there is noted by that. */
  Future<Observation> look(StatusKind kind, String id);

  /** The documents of many, without noting anything. */
  Future<List<Optional<Document>>> documents(StatusKind kind, List<String> ids);

  /**
   * What the feed holds after a place, the oldest first; nothing where that is too much to be told.
   */
  Future<@Nullable List<Status>> feed(StatusKind kind, String id, String after);

  /** Repairs a feed that ends before the present status. */
  Future<Void> heal(StatusKind kind, String id, Observation sight);

  /** Ids under way from a cursor on, and the next cursor, {@code 0} first and last. */
  Future<Page> underway(StatusKind kind, String cursor, int about);

  /** Ids and a cursor. */
  record Page(List<String> ids, String next) {}

  /** What is due to be looked at, taken for as long as a lease lasts. */
  Future<Claim> claim(StatusKind kind, int most);

  /** Gives back what was taken, each with when it is due next, or {@code RedisDue.NEVER}. */
  Future<Void> settle(StatusKind kind, Claim claim, Map<String, Long> next);

  /** Marks the present silence of a status as announced. */
  Future<Void> markAnnounced(StatusKind kind, String id, String offset);

  /** How long the last attempts took that went well, in ms. */
  Future<List<Long>> durations(StatusKind kind);

  /** What Celery holds of a task. */
  Future<CeleryResult.@Nullable Meta> celery(String id);
}
