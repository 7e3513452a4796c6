package io.aetherkeep.document;

import io.aetherkeep.bus.Sized;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Offloading of large work: small input is processed on the event loop, large input on a worker
 * thread, so that no document blocks the loop.
 */
public final class Offload {

  /** Size below which work takes about a millisecond, even in code not compiled yet. */
  public static final int LARGE = Sized.LARGE;

  private Offload() {}

  /** Whether this thread may parse a number of bytes; checked by assertions, which tests enable. */
  static boolean isAllowedHere(int bytes) {
    return bytes <= 2 * LARGE || !Context.isOnEventLoopThread();
  }

  /**
   * Runs work whose time grows with its input, and completes on the caller's context.
   *
   * @param bytes approximate size of the input
   */
  public static <T> Future<T> run(int bytes, Supplier<T> work) {
    Context context = bytes < LARGE ? null : Vertx.currentContext();
    if (context != null && context.isEventLoopContext()) {
      return context.executeBlocking(work::get, false);
    }
    try {
      return Future.succeededFuture(work.get());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
