package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusListAsks.ChildList;
import io.aetherkeep.document.Document;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Status store of one space. */
public interface StatusStore {

  /** Stands for the current attempt. */
  String PRESENT = "";

  /** Stands for the attempt after the current one. */
  String NEXT = "next";

  /**
   * Writes a status atomically, on one server with its feed and indexes.
   *
   * @param attempt a number, {@link #PRESENT} or {@link #NEXT}
   * @param source digest of the Celery result that the status was made from, else empty; the same
   *     result is not written twice
   */
  Future<Outcome> write(StatusKind kind, String id, Report report, String attempt, String source);

  /**
   * Restores a missing status, unless it goes back behind the recorded attempt.
   *
   * @param most maximum lifetime; zero for the usual one
   */
  Future<Outcome> restore(StatusKind kind, String id, Report report, Duration most);

  /**
   * Records a request to cancel the running attempt of a status; the first one stands.
   *
   * @param observation the status that was read; the verdict is {@code MOVED} if it has changed
   *     since
   * @param attempt a number, or {@link #PRESENT}
   */
  Future<Outcome> cancel(
      StatusKind kind, String id, Observation observation, String attempt, @Nullable String reason);

  /** Reads a status, and records it first if another service wrote it. */
  Future<Observation> observe(StatusKind kind, String id);

  /** Reads many documents, and records nothing. */
  Future<List<Optional<Document>>> documents(StatusKind kind, List<String> ids);

  /** The feed's entries after an offset, oldest first; null if they are too large together. */
  Future<@Nullable List<Status>> feed(StatusKind kind, String id, String after);

  /** Repairs a feed that lacks the current status. */
  Future<Void> repair(StatusKind kind, String id, Observation observation);

  /** A page of ids of running work; the cursor {@code 0} is the first and the last. */
  Future<Page> underway(StatusKind kind, String cursor, int about);

  /** Ids, and the next cursor. */
  record Page(List<String> ids, String next) {}

  /** A page of the children that a status has counted; the cursor null is the first. */
  Future<ChildList> children(StatusKind kind, String id, @Nullable String cursor, int about);

  /** Handles the due entries of a kind. */
  Future<Void> work(StatusKind kind, RedisDueList.Work work);

  /** Marks the current stall of a status as announced. */
  Future<Void> markAnnounced(StatusKind kind, String id, String offset);

  /** Durations of the last successful attempts, in ms. */
  Future<List<Long>> durations(StatusKind kind);

  /**
   * Tells Celery's workers to revoke a task.
   *
   * @return the number of subscribers that received it
   */
  Future<Integer> revoke(String control, String message);

  /** Reads Celery's result of a task. */
  Future<CeleryResult.@Nullable Meta> celery(String id);
}
