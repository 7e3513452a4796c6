package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.LoadFromOrigin;
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

/**
 * Looks at statuses; one that is not there may be in a system of record, from where it is put back.
 */
public final class RecordObservations implements Observations {

  /** The record of work that goes on is looked at again soon: nobody tells when it changes. */
  private static final Duration UNDERWAY_FOR = Duration.ofSeconds(10);

  /** Nobody has declared an origin, or nobody serves them. */
  private static final Set<Code> NONE =
      Set.of(Code.KEYSPACE_UNKNOWN, Code.SPACE_UNKNOWN, Code.NOT_SERVING);

  private final Bus bus;
  private final String space;
  private final EndWords ends;
  private final Observations sights;
  private final StatusStore book;

  /** Of what no origin is declared, which does not change while this node runs. */
  private final Set<StatusKind> undeclared = new HashSet<>();

  RecordObservations(Bus bus, String space, EndWords ends, Observations sights, StatusStore book) {
    this.ends = ends;
    this.bus = bus;
    this.space = space;
    this.sights = sights;
    this.book = book;
  }

  /** Whether a record may be found of such a status. */
  boolean mayHave(StatusKind kind) {
    return !undeclared.contains(kind);
  }

  @Override
  public Future<Observation> look(StatusKind kind, String id) {
    return sights
        .look(kind, id)
        .compose(
            sight ->
                sight.document() == null && mayHave(kind)
                    ? recorded(kind, id, sight)
                    : Future.succeededFuture(sight));
  }

  private Future<Observation> recorded(StatusKind kind, String id, Observation nothing) {
    return bus.ask(new LoadFromOrigin(space, kind.text(), List.of(id)))
        .compose(
            loaded ->
                loaded.value() == null
                    ? Future.succeededFuture(nothing)
                    : putBack(kind, id, loaded.value()),
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

  /** What is put back is looked at as all else, for it may have been refused, or overtaken. */
  private Future<Observation> putBack(StatusKind kind, String id, Document document) {
    Report report = report(kind, id, document);
    return book.restore(
            kind, id, report, report.phase() == Phase.RUNNING ? UNDERWAY_FOR : Duration.ZERO)
        .compose(done -> sights.look(kind, id));
  }

  private Report report(StatusKind kind, String id, Document document) {
    try {
      return Report.sent(kind, id, document, ends);
    } catch (Failure e) {
      throw Failure.of(
          Code.ORIGIN_UNAVAILABLE, "The system of record's status is none: " + e.detail());
    }
  }
}
