package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Document;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Attempt;
import io.aetherkeep.status.store.Observation;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Builder of the statuses that clients see. */
public final class StatusViews {

  private final String space;
  private final Estimates estimates;
  private final InstantSource clock;

  StatusViews(String space, Estimates estimates, InstantSource clock) {
    this.space = space;
    this.estimates = estimates;
    this.clock = clock;
  }

  /** The status with an estimate; fails if it is unknown or expired. */
  Future<Status> of(StatusKind kind, String id, Observation observation) {
    Status status = plain(kind, id, observation);
    Attempt run = observation.run();
    Document document = observation.document();
    if (status.terminal() || run == null || document == null) {
      return Future.succeededFuture(status);
    }
    return estimates.of(kind, document, run).map(status::withEstimate);
  }

  /** The status without an estimate. */
  Status plain(StatusKind kind, String id, Observation observation) {
    Attempt run = observation.run();
    Document document = observation.document();
    if (document == null || run == null) {
      throw missing(run);
    }
    return new Status(
        space,
        kind.text(),
        id,
        document,
        run.isFinal(),
        run.attempt(),
        run.offset(),
        run.previous(),
        Instant.ofEpochMilli(run.at()).toString(),
        observation.ttlMillis() < 0
            ? null
            : Instant.ofEpochMilli(clock.millis() + observation.ttlMillis()).toString(),
        null,
        null,
        run.cancelRequested(),
        run.children(),
        run.phase().failed());
  }

  /** Returns the failure that says that a status is unknown or expired. */
  static Failure missing(@Nullable Attempt run) {
    return run == null
        ? Failure.of(Code.STATUS_UNKNOWN, "No status has this id")
        : Failure.of(
            Code.STATUS_EXPIRED, "Its last update was at " + Instant.ofEpochMilli(run.at()));
  }
}
