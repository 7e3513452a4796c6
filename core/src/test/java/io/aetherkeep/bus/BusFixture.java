package io.aetherkeep.bus;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;

/**
 * Base of tests on a bus of one JVM with a few event loops, with deadlines longer than any test.
 */
abstract class BusFixture {

  static final int LOOPS = 4;

  /** Ask whose answer repeats its text. */
  record SayAgain(String text, int times) implements Ask<Said> {
    SayAgain {
      Objects.requireNonNull(text, "text");
    }
  }

  /** The text, and the thread that answered. */
  record Said(String text, String thread) {}

  /** Signal for tests. */
  record Rang(String bell) implements Signal {}

  final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
  final Bus bus =
      Bus.on(
          vertx,
          List.of(
              SayAgain.class,
              Said.class,
              Rang.class,
              ReadEntry.class,
              Entry.class,
              CacheInvalidated.class),
          Duration.ofMinutes(10));

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  static Failure failure(Future<?> future) {
    return assertInstanceOf(Failure.class, thrown(future));
  }

  static Throwable thrown(Future<?> future) {
    return assertThrows(ExecutionException.class, () -> await(future)).getCause();
  }

  /** Starts work on a context's event loop, and waits for its result. */
  static <T> T on(Context context, Callable<Future<T>> work) throws Exception {
    Promise<T> result = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            work.call().onComplete(result);
          } catch (Exception e) {
            result.fail(e);
          }
        });
    return await(result.future());
  }
}
