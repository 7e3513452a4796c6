package io.aetherkeep.status;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;

/** The statuses that were read last on this event loop, for when Redis cannot be asked. */
final class Recent {

  private static final int MOST = 5000;
  private static final int LARGEST = 8192;

  private final Map<String, Status> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Status> eldest) {
          return size() > MOST;
        }
      };

  void keep(Status status) {
    if (status.document().length() <= LARGEST) {
      last.put(status.kind() + " " + status.id(), status);
    }
  }

  /** What was last known, if who should know better cannot be asked. */
  Future<Status> recall(Kind kind, String id, Throwable thrown) {
    Code code = Failure.from(thrown).code();
    String key = kind.text() + " " + id;
    if (code == Code.STATUS_EXPIRED || code == Code.STATUS_UNKNOWN) {
      last.remove(key);
    }
    Status known = last.get(key);
    boolean unavailable = code == Code.REDIS_UNAVAILABLE || code == Code.ORIGIN_UNAVAILABLE;
    return !unavailable || known == null
        ? Future.failedFuture(thrown)
        : Future.succeededFuture(known.asStale());
  }
}
