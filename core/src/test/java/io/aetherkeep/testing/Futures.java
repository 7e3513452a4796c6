package io.aetherkeep.testing;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Blocking reads of futures in tests. */
public final class Futures {

  private Futures() {}

  /** Waits for a result; the cause of a failed future is that of the exception. */
  public static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
