package io.aetherkeep.bus;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerDeadlinesTest {

  private final Vertx vertx = Vertx.vertx();
  private final ContextInternal loop = (ContextInternal) vertx.getOrCreateContext();
  private final ConcurrentLinkedQueue<String> outcomes = new ConcurrentLinkedQueue<>();
  private final AnswerDeadlines.Outcome outcome =
      new AnswerDeadlines.Outcome() {
        @Override
        public void answered() {
          outcomes.add("answered");
        }

        @Override
        public Throwable failed(Throwable thrown) {
          outcomes.add("failed");
          return new IllegalStateException(thrown);
        }
      };

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void answer_inTime_isPassedOnAndCountedOnce() throws Exception {
    AnswerDeadlines deadlines = new AnswerDeadlines(loop, 50);
    assertEquals("here", answeredAtOnce(deadlines, "here").await(10, TimeUnit.SECONDS));
    Future<String> late =
        onLoop(() -> deadlines.limit(Promise.<String>promise().future(), outcome));
    assertThrows(IllegalStateException.class, () -> late.await(10, TimeUnit.SECONDS));
    assertEquals(List.of("answered", "failed"), List.copyOf(outcomes));
  }

  @Test
  void answers_thatNeverCome_areAllGivenUp() throws Exception {
    AnswerDeadlines deadlines = new AnswerDeadlines(loop, 30);
    List<Future<String>> all =
        onLoop(
            () ->
                IntStream.range(0, 100)
                    .mapToObj(i -> deadlines.limit(Promise.<String>promise().future(), outcome))
                    .toList());
    for (Future<String> each : all) {
      Throwable thrown =
          assertThrows(IllegalStateException.class, () -> each.await(10, TimeUnit.SECONDS));
      assertTrue(thrown.getCause() instanceof TimeoutException, thrown::toString);
    }
    Future<String> next = answeredAtOnce(deadlines, "afterwards");
    assertEquals("afterwards", next.await(10, TimeUnit.SECONDS));
  }

  @Test
  void answer_fromAnotherThread_comesOnTheLoop() throws Exception {
    AnswerDeadlines deadlines = new AnswerDeadlines(loop, 10_000);
    Promise<String> promise = Promise.promise();
    Promise<Thread> heard = Promise.promise();
    onLoop(
        () ->
            deadlines
                .limit(promise.future(), outcome)
                .onComplete(done -> heard.complete(Thread.currentThread())));
    promise.fail("elsewhere");
    assertSame(onLoop(Thread::currentThread), heard.future().await(10, TimeUnit.SECONDS));
  }

  @Test
  void answer_isNotHeld_byAnEarlierOneThatHangs() throws Exception {
    AnswerDeadlines deadlines = new AnswerDeadlines(loop, 600_000);
    onLoop(() -> deadlines.limit(Promise.<byte[]>promise().future(), outcome));
    WeakReference<byte[]> answer = answered(deadlines);
    await()
        .until(
            () -> {
              System.gc();
              return answer.get() == null;
            });
  }

  private WeakReference<byte[]> answered(AnswerDeadlines deadlines) throws Exception {
    byte[] answer = new byte[1000];
    Promise<byte[]> promise = Promise.promise();
    Future<byte[]> limited = onLoop(() -> deadlines.limit(promise.future(), outcome));
    promise.complete(answer);
    assertSame(answer, limited.await(10, TimeUnit.SECONDS));
    return new WeakReference<>(answer);
  }

  /** Answers in the turn that begins the wait, so that its deadline cannot come first. */
  private Future<String> answeredAtOnce(AnswerDeadlines deadlines, String answer) {
    return onLoop(
        () -> {
          Promise<String> promise = Promise.promise();
          Future<String> limited = deadlines.limit(promise.future(), outcome);
          promise.complete(answer);
          return limited;
        });
  }

  private <T> T onLoop(Callable<T> action) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(
        turn -> {
          try {
            done.complete(action.call());
          } catch (Exception e) {
            done.fail(e);
          }
        });
    try {
      return done.future().await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CompletionException(e);
    }
  }
}
