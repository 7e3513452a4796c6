package io.aetherkeep.document;

import io.aetherkeep.bus.Sized;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Runs work on the event loop where its input is small, and on a worker thread where it is large,
 * so that no document holds up what else the loop serves.
 */
public final class Offload {

  /** Less is done in about a millisecond, also before it is compiled. */
  public static final int LARGE = Sized.LARGE;

  private Offload() {}

  /** Whether so many bytes may be parsed on this thread; assertions ask, and so do all tests. */
  static boolean isAllowedHere(int bytes) {
    return bytes <= 2 * LARGE || !Context.isOnEventLoopThread();
  }

  /**
   * Runs work whose time grows with its input, and answers on the context of the caller.
   *
   * @param bytes about how large the input is
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
