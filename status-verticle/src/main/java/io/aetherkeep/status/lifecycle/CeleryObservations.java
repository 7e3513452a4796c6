package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Event;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Attempt;
import io.aetherkeep.status.store.CeleryResult;
import io.aetherkeep.status.store.Observation;
import io.aetherkeep.status.store.Observations;
import io.aetherkeep.status.store.Outcome;
import io.aetherkeep.status.store.Outcome.Verdict;
import io.aetherkeep.status.store.Report;
import io.aetherkeep.status.store.StatusStore;
import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Status lookup that first takes over a newer result of Celery, as an update like any other. */
final class CeleryObservations implements Observations {

  /** How often to retry while the result keeps changing. */
  private static final int TRIES = 5;

  private final Space space;
  private final EndWords ends;
  private final StatusStore store;
  private final StatusKind kind;
  private final Consumer<Event> events;

  CeleryObservations(
      Space space, EndWords ends, StatusStore store, StatusKind kind, Consumer<Event> events) {
    this.ends = ends;
    this.space = space;
    this.store = store;
    this.kind = kind;
    this.events = events;
  }

  @Override
  public Future<Observation> observe(StatusKind which, String id) {
    return which.equals(kind) ? observe(id, TRIES) : store.observe(which, id);
  }

  private Future<Observation> observe(String id, int tries) {
    Future<Observation> observation = store.observe(kind, id);
    Future<CeleryResult.@Nullable Meta> meta = store.celery(id);
    return Future.all(observation, meta)
        .compose(both -> result(id, meta.result(), isCancelled(observation.result())))
        .compose(
            result -> {
              Attempt run = observation.result().run();
              return result == null || tries == 0 || (run != null && result.isSource(run.source()))
                  ? observation
                  : take(id, result).compose(taken -> observe(id, tries - 1));
            });
  }

  private static boolean isCancelled(Observation observation) {
    Attempt run = observation.run();
    return run != null && run.cancelRequested() != null;
  }

  private Future<@Nullable CeleryResult> result(
      String id, CeleryResult.@Nullable Meta said, boolean cancelled) {
    return said == null
        ? Future.succeededFuture()
        : Offload.run(
            said.document().length(), () -> CeleryResult.of(kind, id, said, space, cancelled));
  }

  private Future<?> take(String id, CeleryResult result) {
    return Offload.run(result.document().length(), () -> Report.made(kind, result.document(), ends))
        .compose(
            report ->
                store
                    .write(
                        kind,
                        id,
                        report,
                        result.again() ? StatusStore.NEXT : StatusStore.PRESENT,
                        result.source())
                    .onSuccess(outcome -> announce(id, report, outcome)));
  }

  private void announce(String id, Report report, Outcome outcome) {
    Attempt run = outcome.run();
    if (outcome.verdict() == Verdict.CHANGED && run != null) {
      events.accept(run.changed(space.name(), kind, id, report.document()));
    }
  }
}
