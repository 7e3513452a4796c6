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
 * Deadlines of the answers that one event loop waits for, all with the same time limit.
 *
 * <p>The oldest wait ends first, so one timer serves all: a timer for each answer would cost more
 * than most answers.
 */
final class AnswerDeadlines {

  private final ContextInternal loop;
  private final long nanos;
  private final ArrayDeque<Wait<?>> deadlines = new ArrayDeque<>();
  private boolean timed;

  AnswerDeadlines(ContextInternal loop, long millis) {
    this.loop = loop;
    this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Observer of an answer's outcome. */
  interface Outcome {

    void answered();

    /** Returns the failure that the asker gets. */
    Throwable failed(Throwable thrown);
  }

  /**
   * Limits the wait for an answer; if it is late, fails as the outcome maps a {@link
   * TimeoutException}.
   */
  <A> Future<A> limit(Future<A> answer, Outcome outcome) {
    Promise<A> promise = Promise.promise();
    Wait<A> wait = new Wait<>(promise, outcome, System.nanoTime() + nanos);
    deadlines.add(wait);
    answer.onComplete(wait);
    if (!timed && wait.promise != null) {
      time(nanos);
    }
    return promise.future();
  }

  /** Starts a timer of the event loop: a timer of the verticle would end with the verticle. */
  @SuppressWarnings("FutureReturnValueIgnored") // nothing ends it early
  private void time(long nanosLeft) {
    timed = true;
    loop.nettyEventLoop()
        .schedule(() -> loop.dispatch(turn -> expire()), nanosLeft, TimeUnit.NANOSECONDS);
  }

  private void expire() {
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
    while (!deadlines.isEmpty() && deadlines.getFirst().promise == null) {
      deadlines.removeFirst();
    }
    return deadlines.peekFirst();
  }

  /** One pending answer. */
  private final class Wait<A> implements Completable<A> {

    /** Null once settled: the wait can stay queued for long, and must not hold the answer. */
    private @Nullable Promise<A> promise;

    private final Outcome outcome;
    private final long end;

    Wait(Promise<A> promise, Outcome outcome, long end) {
      this.promise = promise;
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
      Promise<A> open = promise;
      if (open == null) {
        return;
      }
      promise = null;
      oldest();
      if (thrown == null) {
        outcome.answered();
        open.complete(value);
      } else {
        open.fail(outcome.failed(thrown));
      }
    }
  }
}
