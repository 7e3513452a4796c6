package io.aetherkeep.router.realtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Drain of a stopping node's sockets: closes them in steps, and sends each a random delay before it
 * reconnects.
 */
final class Drain {

  private static final long STEP_MILLIS = 50;

  /** How long to wait for sockets that do not answer the close. */
  private static final long PATIENCE_MILLIS = 1_000;

  private final Set<Socket> open;
  private final Deque<Socket> waiting;
  private final long millis;
  private final int each;
  private final Promise<Void> done = Promise.promise();

  Drain(Set<Socket> open, Duration over) {
    this.open = open;
    this.waiting = new ArrayDeque<>(open);
    this.millis = over.toMillis();
    this.each = (int) (open.size() * STEP_MILLIS / Math.max(STEP_MILLIS, millis)) + 1;
  }

  Future<Void> start(Vertx vertx) {
    step();
    long timer = vertx.setPeriodic(STEP_MILLIS, id -> step());
    vertx
        .timer(millis + PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(late -> done.tryComplete());
    return done.future().onComplete(end -> vertx.cancelTimer(timer));
  }

  private void step() {
    for (int i = 0; i < each && !waiting.isEmpty(); i++) {
      long delay = ThreadLocalRandom.current().nextLong(500, 500 + Math.max(500, millis));
      waiting.removeFirst().close(CloseCode.RESTART, "restart " + delay);
    }
    removed();
  }

  void removed() {
    if (open.isEmpty()) {
      done.tryComplete();
    }
  }
}
