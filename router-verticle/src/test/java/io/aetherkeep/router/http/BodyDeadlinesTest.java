package io.aetherkeep.router.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deadlines of bodies: one timer for all, begun anew as long as there are bodies. */
class BodyDeadlinesTest {

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final BodyDeadlines deadlines = new BodyDeadlines(vertx, Duration.ofMillis(50));

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Promise<Buffer> limited() {
    Promise<Buffer> body = Promise.promise();
    loop.runOnContext(turn -> limit(body));
    return body;
  }

  private void limit(Promise<Buffer> body) {
    deadlines.limit(body);
    body.future().onComplete(done -> deadlines.remove(body));
  }

  private static Code failure(Promise<Buffer> body) {
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class,
            () ->
                body.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS));
    return Failure.from(thrown.getCause()).code();
  }

  @Test
  void bodiesThatStopComing_fail_earlyAndLateOnes() {
    Promise<Buffer> first = limited();
    Promise<Buffer> second = limited();
    assertEquals(Code.BODY_TIMEOUT, failure(first));
    Promise<Buffer> third = limited();
    assertEquals(Code.BODY_TIMEOUT, failure(second));
    assertEquals(Code.BODY_TIMEOUT, failure(third));
    assertEquals(Code.BODY_TIMEOUT, failure(limited()));
  }

  @Test
  void bodyThatIsWhole_isNotFailed() {
    Promise<Buffer> removed = Promise.promise();
    loop.runOnContext(
        turn -> {
          deadlines.limit(removed);
          deadlines.remove(removed);
        });
    Promise<Buffer> whole = Promise.promise();
    loop.runOnContext(
        turn -> {
          limit(whole);
          whole.complete(Buffer.buffer("whole"));
        });
    assertEquals(Code.BODY_TIMEOUT, failure(limited()));
    assertFalse(removed.future().isComplete());
    assertEquals("whole", whole.future().result().toString());
  }
}
