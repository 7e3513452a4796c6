package io.aetherkeep.status.lifecycle;

import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Observation;
import io.vertx.core.Future;

/**
 * Intake of Celery results: takes over what Celery publishes, or may have published while this node
 * was not subscribed.
 */
final class CeleryIntake {

  private static final System.Logger LOG = System.getLogger(CeleryIntake.class.getName());
  private static final int BATCH = 100;

  private final StatusSpace space;
  private final StatusKind kind;

  CeleryIntake(StatusSpace space, StatusKind kind) {
    this.space = space;
    this.kind = kind;
  }

  /**
   * Takes over the result of a task. It reads the stored result, which is at least as new as the
   * published one.
   */
  void of(String id) {
    observe(id);
  }

  private Future<Observation> observe(String id) {
    // An invalid id throws at once; this turns it into a failed future.
    return Future.<Observation>future(
            promise -> space.observations().observe(kind, id).onComplete(promise))
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "Cannot read the result of task " + id + ": " + thrown));
  }

  /** Takes over the results of all running tasks. */
  void ofAll() {
    from("0");
  }

  private Future<Void> from(String cursor) {
    return space
        .store()
        .underway(kind, cursor, BATCH)
        .compose(
            page ->
                Batches.each(page.ids(), this::observe)
                    .transform(
                        done ->
                            page.next().equals("0")
                                ? Future.succeededFuture()
                                : from(page.next())));
  }
}
