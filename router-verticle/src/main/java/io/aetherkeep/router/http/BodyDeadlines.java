package io.aetherkeep.router.http;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Deadlines of the bodies that one event loop receives, all with the same time limit.
 *
 * <p>The oldest ends first, so one timer serves all: most bodies arrive at once, and a timer for
 * each would cost more than reading it.
 */
final class BodyDeadlines {

  private final Vertx vertx;
  private final long limitNanos;
  private final Map<Promise<Buffer>, Long> deadlines = new LinkedHashMap<>();
  private boolean timed;

  BodyDeadlines(Vertx vertx, Duration limit) {
    this.vertx = vertx;
    this.limitNanos = limit.toNanos();
  }

  /** Fails a body if it is neither complete nor removed when the time limit is over. */
  void limit(Promise<Buffer> body) {
    deadlines.put(body, System.nanoTime() + limitNanos);
    if (!timed) {
      time(limitNanos);
    }
  }

  void remove(Promise<Buffer> body) {
    deadlines.remove(body);
  }

  private void time(long nanos) {
    timed = true;
    vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1), now -> expire());
  }

  private void expire() {
    timed = false;
    long now = System.nanoTime();
    while (!deadlines.isEmpty()) {
      Iterator<Map.Entry<Promise<Buffer>, Long>> oldest = deadlines.entrySet().iterator();
      Map.Entry<Promise<Buffer>, Long> first = oldest.next();
      if (first.getValue() - now > 0) {
        time(first.getValue() - now);
        return;
      }
      oldest.remove();
      first
          .getKey()
          .tryFail(Failure.of(Code.BODY_TIMEOUT, "The body stopped arriving before its end"));
    }
  }
}
