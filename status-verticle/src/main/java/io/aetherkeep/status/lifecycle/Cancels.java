package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CancelAsks.CancelRequest;
import io.aetherkeep.catalogue.CancelAsks.CancelStatus;
import io.aetherkeep.catalogue.CancelAsks.StatusCancel;
import io.aetherkeep.catalogue.CancelAsks.StatusCancelRequested;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Attempt;
import io.aetherkeep.status.store.Observation;
import io.aetherkeep.status.store.Outcome;
import io.aetherkeep.status.store.Outcome.Verdict;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Cancellation of running work. A request is recorded with the attempt and published to its
 * watchers, among them the worker; a Celery task is revoked too.
 */
public final class Cancels {

  private static final int LONGEST_REASON = 256;

  /** How often to retry while the status keeps changing. */
  private static final int TRIES = 30;

  private final PerSpace<StatusSpace> spaces;
  private final Statuses statuses;
  private final Consumer<Event> events;

  public Cancels(PerSpace<StatusSpace> spaces, Statuses statuses, Consumer<Event> events) {
    this.spaces = spaces;
    this.statuses = statuses;
    this.events = events;
  }

  public Future<StatusCancel> cancel(CancelStatus ask) {
    StatusSpace space = spaces.of(ask.space());
    StatusKind kind = StatusKind.of(ask.kind());
    String reason = ask.reason();
    if (reason != null && !isReason(reason)) {
      throw Failure.of(
          Code.INVALID_BODY,
          "The reason must have 1 to "
              + LONGEST_REASON
              + " characters, without control characters");
    }
    String attempt = Statuses.attempt(ask.attempt());
    return cancel(space, kind, ask, attempt, TRIES).compose(done -> revoke(space, kind, ask, done));
  }

  private static boolean isReason(String reason) {
    return !reason.isBlank()
        && reason.length() <= LONGEST_REASON
        && reason.chars().noneMatch(Character::isISOControl);
  }

  private Future<StatusCancel> cancel(
      StatusSpace space, StatusKind kind, CancelStatus ask, String attempt, int tries) {
    return present(space, kind, ask.id())
        .compose(seen -> space.store().cancel(kind, ask.id(), seen, attempt, ask.reason()))
        .compose(
            outcome ->
                outcome.verdict() == Verdict.MOVED
                    ? again(space, kind, ask, attempt, tries)
                    : Future.succeededFuture(requested(space, kind, ask.id(), outcome)));
  }

  private Future<StatusCancel> again(
      StatusSpace space, StatusKind kind, CancelStatus ask, String attempt, int tries) {
    return tries == 0
        ? Future.failedFuture(Failure.of(Code.OVERLOADED, "This status keeps changing"))
        : cancel(space, kind, ask, attempt, tries - 1);
  }

  /** Reads the status; fails if it is unknown, expired or no JSON. */
  private Future<Observation> present(StatusSpace space, StatusKind kind, String id) {
    return space
        .recorded()
        .observe(kind, id)
        .compose(
            seen -> isWaitingForCelery(space, kind, seen) ? pending(space, kind, id) : of(seen))
        .compose(
            seen -> Statuses.readable(space.views().plain(kind, id, seen)).map(status -> seen));
  }

  private static Future<Observation> of(Observation seen) {
    return Future.succeededFuture(seen);
  }

  /** Whether this may be a task that no worker has begun: Celery stores no state of these. */
  private static boolean isWaitingForCelery(
      StatusSpace space, StatusKind kind, Observation observation) {
    CeleryControl celery = space.celery();
    return observation.run() == null && celery != null && celery.isFor(kind);
  }

  private Future<Observation> pending(StatusSpace space, StatusKind kind, String id) {
    Document document = Document.object(Map.of("status", Document.ofText(kind.steps().get(0))));
    return statuses
        .put(new PutStatus(space.definition().name(), kind.text(), id, document, null))
        .compose(put -> space.recorded().observe(kind, id));
  }

  private StatusCancel requested(StatusSpace space, StatusKind kind, String id, Outcome outcome) {
    Attempt run = Objects.requireNonNull(outcome.run(), "the attempt");
    boolean changed = isAccepted(outcome.verdict(), run);
    CancelRequest request = Objects.requireNonNull(run.cancelRequested(), "the request");
    if (changed) {
      String name = space.definition().name();
      events.accept(
          new StatusCancelRequested(name, kind.text(), id, run.attempt(), run.offset(), request));
    }
    return new StatusCancel(changed, run.attempt(), run.offset(), request, null);
  }

  /** Whether this is the first request of the attempt; throws if it was refused. */
  private static boolean isAccepted(Verdict verdict, Attempt run) {
    return switch (verdict) {
      case CHANGED -> true;
      case SAME -> false;
      case FINAL ->
          throw Failure.of(
              Code.STATUS_FINAL, "Attempt " + run.attempt() + " has ended: nothing is to cancel");
      case STALE ->
          throw Failure.of(Code.STALE_ATTEMPT, "Attempt " + run.attempt() + " is the current one");
      case BEHIND, FOREIGN, MOVED -> throw new IllegalStateException("Not of cancel: " + verdict);
    };
  }

  /**
   * Revokes a Celery task, at each request, because a worker that was down missed the earlier ones.
   */
  private static Future<StatusCancel> revoke(
      StatusSpace space, StatusKind kind, CancelStatus ask, StatusCancel done) {
    CeleryControl celery = space.celery();
    return celery != null && celery.isFor(kind)
        ? celery.revoke(ask.id(), Boolean.TRUE.equals(ask.terminate())).map(done::withWorkers)
        : Future.succeededFuture(done);
  }
}
