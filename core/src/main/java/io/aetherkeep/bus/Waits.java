package io.aetherkeep.bus;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The answers that one event loop waits for, each for the same time.
 *
 * <p>So the oldest is the first to be late, and one timer for it does for all of them. A timer an
 * answer would cost more than most of the answers.
 */
final class Waits {

  private final ContextInternal loop;
  private final long nanos;
  private final ArrayDeque<Wait<?>> waits = new ArrayDeque<>();
  private boolean timed;

  Waits(ContextInternal loop, long millis) {
    this.loop = loop;
    this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Is told how an answer came out. */
  interface Outcome {

    void answered();

    /** Answers what the asker is told in its place. */
    Throwable failed(Throwable thrown);
  }

  /** The answer, or what stands for a {@link TimeoutException} where it has not come in time. */
  <A> Future<A> limit(Future<A> answer, Outcome outcome) {
    Wait<A> wait = new Wait<>(outcome, System.nanoTime() + nanos);
    waits.add(wait);
    answer.onComplete(wait);
    if (!timed && !wait.over) {
      time(nanos);
    }
    return wait.promise.future();
  }

  /** A timer of the verticle's own would be gone with the verticle. */
  @SuppressWarnings("FutureReturnValueIgnored") // nothing ends it early
  private void time(long nanosLeft) {
    timed = true;
    loop.nettyEventLoop()
        .schedule(() -> loop.dispatch(turn -> look()), nanosLeft, TimeUnit.NANOSECONDS);
  }

  private void look() {
    timed = false;
    long now = System.nanoTime();
    for (Wait<?> oldest = oldest(); oldest != null; oldest = oldest()) {
      if (oldest.end - now > 0) {
        time(oldest.end - now);
        return;
      }
      oldest.settle(null, new TimeoutException());
    }
  }

  private @Nullable Wait<?> oldest() {
    while (!waits.isEmpty() && waits.getFirst().over) {
      waits.removeFirst();
    }
    return waits.peekFirst();
  }

  /** One answer that is waited for. */
  private final class Wait<A> implements Completable<A> {

    private final Promise<A> promise = Promise.promise();
    private final Outcome outcome;
    private final long end;
    private boolean over;

    Wait(Outcome outcome, long end) {
      this.outcome = outcome;
      this.end = end;
    }

    @Override
    public void complete(@Nullable A value, @Nullable Throwable thrown) {
      if (loop.inThread()) {
        settle(value, thrown);
      } else {
        loop.runOnContext(turn -> settle(value, thrown));
      }
    }

    private void settle(@Nullable A value, @Nullable Throwable thrown) {
      if (over) {
        return;
      }
      over = true;
      oldest();
      if (thrown == null) {
        outcome.answered();
        promise.complete(value);
      } else {
        promise.fail(outcome.failed(thrown));
      }
    }
  }
}
