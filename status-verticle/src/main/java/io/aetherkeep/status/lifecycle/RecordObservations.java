package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.OriginAsks.LoadFromOrigin;
import io.aetherkeep.document.Document;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.Phase;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Observation;
import io.aetherkeep.status.store.Observations;
import io.aetherkeep.status.store.Report;
import io.aetherkeep.status.store.StatusStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Status lookup that restores a missing status from the system of record. */
public final class RecordObservations implements Observations {

  /** Lifetime of a restored running status: short, because its record changes without notice. */
  private static final Duration UNDERWAY_FOR = Duration.ofSeconds(10);

  /** Failures that mean that no origin is declared, or that no verticle serves origins. */
  private static final Set<Code> NONE =
      Set.of(Code.KEYSPACE_UNKNOWN, Code.SPACE_UNKNOWN, Code.NOT_SERVING);

  private final Bus bus;
  private final String space;
  private final EndWords ends;
  private final Observations observations;
  private final StatusStore store;

  /** Kinds without a declared origin; that does not change while this node runs. */
  private final Set<StatusKind> undeclared = new HashSet<>();

  RecordObservations(
      Bus bus, String space, EndWords ends, Observations observations, StatusStore store) {
    this.ends = ends;
    this.bus = bus;
    this.space = space;
    this.observations = observations;
    this.store = store;
  }

  /** Whether the kind may have a system of record. */
  boolean mayHave(StatusKind kind) {
    return !undeclared.contains(kind);
  }

  @Override
  public Future<Observation> observe(StatusKind kind, String id) {
    return observations
        .observe(kind, id)
        .compose(
            observation ->
                observation.document() == null && mayHave(kind)
                    ? recorded(kind, id, observation)
                    : Future.succeededFuture(observation));
  }

  private Future<Observation> recorded(StatusKind kind, String id, Observation nothing) {
    return bus.ask(new LoadFromOrigin(space, kind.text(), List.of(id)))
        .compose(
            loaded ->
                loaded.value() == null
                    ? Future.succeededFuture(nothing)
                    : restore(kind, id, loaded.value()),
            thrown -> without(kind, nothing, Failure.from(thrown)));
  }

  private Future<Observation> without(StatusKind kind, Observation nothing, Failure failure) {
    if (failure.code() == Code.KEYSPACE_UNKNOWN) {
      undeclared.add(kind);
    }
    return NONE.contains(failure.code())
        ? Future.succeededFuture(nothing)
        : Future.failedFuture(failure);
  }

  /** Restores a status and reads it again: the restore may have been refused, or overtaken. */
  private Future<Observation> restore(StatusKind kind, String id, Document document) {
    Report report = report(kind, id, document);
    return store
        .restore(kind, id, report, report.phase() == Phase.RUNNING ? UNDERWAY_FOR : Duration.ZERO)
        .compose(done -> observations.observe(kind, id));
  }

  private Report report(StatusKind kind, String id, Document document) {
    try {
      return Report.sent(kind, id, document, ends);
    } catch (Failure e) {
      throw Failure.of(
          Code.ORIGIN_UNAVAILABLE,
          "The system of record returned an invalid status: " + e.detail());
    }
  }
}
