package io.aetherkeep.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Ordered work queue of an event loop: worker threads run large work, and the loop consumes the
 * results in the order of submission. On any other thread, work runs at once.
 */
final class OrderedWork {

  private static final System.Logger LOG = System.getLogger(OrderedWork.class.getName());

  private final Vertx vertx;
  private final ThreadLocal<Queue<Task<?>>> waiting = ThreadLocal.withInitial(ArrayDeque::new);

  OrderedWork(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Runs work, and completes with its result or what it throws, on the caller's context and after
   * all earlier work on this loop.
   *
   * @param bytes approximate size of its input
   */
  <T> Future<T> submit(int bytes, Supplier<T> work) {
    Promise<T> done = ((VertxInternal) vertx).getOrCreateContext().promise();
    run(bytes, () -> outcome(work), outcome -> outcome.onComplete(done));
    return done.future();
  }

  private static <T> Future<T> outcome(Supplier<T> work) {
    try {
      return Future.succeededFuture(work.get());
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      // Every throwable, because without an outcome the asker waits until its deadline.
      return Future.failedFuture(e);
    }
  }

  /**
   * Runs work, and consumes its result after the results of all earlier work on this loop.
   *
   * @param bytes approximate size of its input
   */
  <T> void run(int bytes, Supplier<T> work, Consumer<T> consumer) {
    Queue<Task<?>> queue = waiting.get();
    boolean small = bytes < Sized.LARGE;
    if ((small && queue.isEmpty()) || !Context.isOnEventLoopThread()) {
      consumer.accept(work.get());
      return;
    }
    Future<T> done =
        small ? Future.succeededFuture(work.get()) : vertx.executeBlocking(work::get, false);
    Task<T> task = new Task<>(done, consumer);
    queue.add(task);
    done.onComplete(any -> drain(queue));
  }

  private static void drain(Queue<Task<?>> queue) {
    for (Task<?> first = queue.peek(); first != null && first.isDone(); first = queue.peek()) {
      queue.remove();
      first.finish();
    }
  }

  private record Task<T>(Future<T> done, Consumer<T> consumer) {

    boolean isDone() {
      return done.isComplete();
    }

    void finish() {
      try {
        if (done.failed()) {
          throw new IllegalStateException(done.cause());
        }
        consumer.accept(done.result());
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "An event could not be handled and was lost", e);
      }
    }
  }
}
