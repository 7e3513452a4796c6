package io.aetherkeep.document;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Large documents are processed by a worker thread, and the result returns to the calling event
 * loop.
 */
class OffloadTest {

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private <T> T onLoop(Supplier<Future<T>> work) throws Exception {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(there -> work.get().onComplete(promise));
    return await(promise.future());
  }

  @Test
  void whatIsSmall_isDoneAtOnce() throws Exception {
    assertTrue(
        onLoop(
            () -> {
              Future<Boolean> done = Offload.run(Offload.LARGE - 1, Context::isOnEventLoopThread);
              assertTrue(done.isComplete());
              return done;
            }));
  }

  @Test
  void whatIsLarge_isDoneByAWorker() throws Exception {
    assertFalse(onLoop(() -> Offload.run(Offload.LARGE, Context::isOnEventLoopThread)));
  }

  @Test
  void theAnswer_comesBackToTheEventLoop() throws Exception {
    assertSame(
        loop,
        onLoop(() -> Offload.run(Offload.LARGE, () -> 1).map(one -> vertx.getOrCreateContext())));
    assertTrue(
        this.<Boolean>onLoop(
            () ->
                Offload.run(Offload.LARGE, () -> 1)
                    .map(one -> Boolean.valueOf(Context.isOnEventLoopThread()))));
  }

  @Test
  void failures_areTheSameEitherWay() {
    for (int bytes : new int[] {0, Offload.LARGE}) {
      ExecutionException thrown =
          assertThrows(
              ExecutionException.class,
              () ->
                  onLoop(
                      () ->
                          Offload.run(
                              bytes,
                              () -> {
                                throw Failure.of(Code.INVALID_BODY, "No");
                              })));
      assertEquals(Code.INVALID_BODY, Failure.from(thrown.getCause()).code());
    }
  }

  @Test
  void withoutAnEventLoop_itIsDoneAtOnce() {
    Thread here = Thread.currentThread();
    assertSame(here, Offload.run(Offload.LARGE, Thread::currentThread).result());
  }

  @Test
  void whatIsLarge_isNotParsedOnAnEventLoop() throws Exception {
    Document large = Document.stored(Buffer.buffer("\"" + "x".repeat(2 * Offload.LARGE) + "\""));
    assertTrue(large.isJson());
    Document same = Document.stored(large.bytes());
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class,
            () -> onLoop(() -> Future.succeededFuture().map(there -> same.isJson())));
    assertTrue(thrown.getCause() instanceof AssertionError);
  }
}
