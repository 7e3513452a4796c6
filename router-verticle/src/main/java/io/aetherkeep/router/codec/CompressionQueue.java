package io.aetherkeep.router.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;

/** Queue of a connection's writes behind a large answer while a worker thread compresses it. */
final class CompressionQueue {

  /** Smallest body for a worker thread: a smaller one compresses faster than a worker starts. */
  static final int LARGE = 32 << 10;

  private final Function<Callable<ByteBuf>, Future<ByteBuf>> worker;
  private final Queue<Waiting> waiting = new ArrayDeque<>(2);
  private boolean packing;

  private record Waiting(Object message, ChannelPromise promise) {}

  /**
   * Creates the queue of a connection.
   *
   * @param worker runs a task on another thread and completes on the connection's
   */
  CompressionQueue(Function<Callable<ByteBuf>, Future<ByteBuf>> worker) {
    this.worker = worker;
  }

  /** Queues a write if a compression is running; returns whether it did. */
  boolean keeps(Object message, ChannelPromise promise) {
    return packing && waiting.add(new Waiting(message, promise));
  }

  boolean isPacking() {
    return packing;
  }

  /**
   * Compresses a body; the handler repeats all writes that were queued meanwhile.
   *
   * @param taker receives the result and writes it
   */
  void pack(
      ChannelHandlerContext context,
      ByteBuf content,
      ResponseWriter handler,
      Consumer<AsyncResult<ByteBuf>> taker) {
    packing = true;
    worker
        .apply(() -> Gzip.packed(context.alloc(), content))
        .onComplete(
            packed -> {
              packing = false;
              taker.accept(packed);
              while (!packing && !waiting.isEmpty()) {
                Waiting next = waiting.remove();
                write(context, next, handler);
              }
              context.flush();
            });
  }

  private static void write(ChannelHandlerContext context, Waiting next, ResponseWriter handler) {
    try {
      handler.write(context, next.message, next.promise);
    } catch (Exception e) {
      next.promise.tryFailure(e);
    }
  }
}
