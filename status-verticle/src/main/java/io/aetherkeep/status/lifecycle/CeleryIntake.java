package io.aetherkeep.status.lifecycle;

import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Observation;
import io.vertx.core.Future;

/** Takes over what a Celery has published, or may have while it was not heard. */
final class CeleryIntake {

  private static final System.Logger LOG = System.getLogger(CeleryIntake.class.getName());
  private static final int BATCH = 100;

  private final StatusSpace space;
  private final StatusKind kind;

  CeleryIntake(StatusSpace space, StatusKind kind) {
    this.space = space;
    this.kind = kind;
  }

  /** There is news of a task; what it says is read where it is kept, for that is the newest. */
  void of(String id) {
    look(id);
  }

  private Future<Observation> look(String id) {
    // What is no id is refused at once, and not by a future.
    return Future.<Observation>future(
            promise -> space.observations().look(kind, id).onComplete(promise))
        .onFailure(
            thrown ->
                LOG.log(System.Logger.Level.DEBUG, () -> "No news of task " + id + ": " + thrown));
  }

  /** Looks at all that are in progress. */
  void ofAll() {
    from("0");
  }

  private Future<Void> from(String cursor) {
    return space
        .store()
        .underway(kind, cursor, BATCH)
        .compose(
            page ->
                Batches.each(page.ids(), this::look)
                    .transform(
                        done ->
                            page.next().equals("0")
                                ? Future.succeededFuture()
                                : from(page.next())));
  }
}
