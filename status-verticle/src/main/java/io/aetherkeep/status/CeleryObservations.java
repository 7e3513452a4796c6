package io.aetherkeep.status;

import io.aetherkeep.bus.Event;
import io.aetherkeep.keyspace.Offload;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.Outcome.Verdict;
import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at statuses of which a Celery may know more: what it says and has not been taken over yet
 * is written first, as an update like any other.
 */
final class CeleryObservations implements Observations {

  /** How often a result is looked at again that changes while it is taken over. */
  private static final int TRIES = 5;

  private final Space space;
  private final EndWords ends;
  private final StatusStore book;
  private final StatusKind kind;
  private final Consumer<Event> events;

  CeleryObservations(
      Space space, EndWords ends, StatusStore book, StatusKind kind, Consumer<Event> events) {
    this.ends = ends;
    this.space = space;
    this.book = book;
    this.kind = kind;
    this.events = events;
  }

  @Override
  public Future<Observation> look(StatusKind which, String id) {
    return which.equals(kind) ? look(id, TRIES) : book.look(which, id);
  }

  private Future<Observation> look(String id, int tries) {
    Future<Observation> sight = book.look(kind, id);
    Future<CeleryResult.@Nullable Meta> meta = book.celery(id);
    return Future.all(sight, meta)
        .compose(both -> result(id, meta.result()))
        .compose(
            result -> {
              Attempt run = sight.result().run();
              return result == null
                      || tries == 0
                      || (run != null && run.source().equals(result.source()))
                  ? sight
                  : take(id, result).compose(taken -> look(id, tries - 1));
            });
  }

  private Future<@Nullable CeleryResult> result(String id, CeleryResult.@Nullable Meta said) {
    return said == null
        ? Future.succeededFuture()
        : Offload.run(said.document().length(), () -> CeleryResult.of(kind, id, said, space));
  }

  private Future<?> take(String id, CeleryResult result) {
    return Offload.run(
            result.document().length(), () -> Report.found(kind, result.document(), ends))
        .compose(
            report ->
                book.write(
                    kind,
                    id,
                    report,
                    result.again() ? StatusStore.NEXT : StatusStore.PRESENT,
                    result.source()))
        .onSuccess(
            outcome -> {
              Attempt run = outcome.run();
              if (outcome.verdict() == Verdict.CHANGED && run != null) {
                events.accept(Statuses.changed(space.name(), kind, id, run, result.document()));
              }
            });
  }
}
