package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.collection.LastKnown;
import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.Future;
import java.time.Duration;

/** Statuses of a space that this node read last, served while Redis is unavailable. */
public final class LastKnownStatuses {

  /** The longest lifetime of a status. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final long MOST_BYTES = 32 << 20;

  private final LastKnown<Status> last =
      new LastKnown<>(LONGEST, MOST_BYTES, status -> status.document().length() + 300L);

  /** The current time; to be taken before a status is read. */
  long now() {
    return last.now();
  }

  void keep(Status status, long asked) {
    last.keep(key(status.kind(), status.id()), status, asked);
  }

  /** The last known status if Redis or the origin is unavailable, else the failure. */
  Future<Status> recall(StatusKind kind, String id, Throwable thrown) {
    Code code = Failure.from(thrown).code();
    if (code == Code.STATUS_EXPIRED || code == Code.STATUS_UNKNOWN) {
      last.forget(key(kind.text(), id));
    }
    boolean unavailable = code == Code.REDIS_UNAVAILABLE || code == Code.ORIGIN_UNAVAILABLE;
    return !unavailable
        ? Future.failedFuture(thrown)
        : last.find(key(kind.text(), id))
            .map(seen -> Future.succeededFuture(seen.value().asStale(seen.age().toSeconds())))
            .orElse(Future.failedFuture(thrown));
  }

  private static String key(String kind, String id) {
    return kind + " " + id;
  }
}
