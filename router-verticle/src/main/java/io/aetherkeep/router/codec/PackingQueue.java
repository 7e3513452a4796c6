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

/** Queue of a connection's writes behind a large answer while a worker thread packs that. */
final class PackingQueue {

  /** A smaller body is packed in less time than a worker thread takes to begin. */
  static final int LARGE = 32 << 10;

  private final Function<Callable<ByteBuf>, Future<ByteBuf>> worker;
  private final Queue<Waiting> waiting = new ArrayDeque<>(2);
  private boolean packing;

  private record Waiting(Object message, ChannelPromise promise) {}

  /**
   * A queue for a connection.
   *
   * @param worker does work on another thread, and answers on the connection's
   */
  PackingQueue(Function<Callable<ByteBuf>, Future<ByteBuf>> worker) {
    this.worker = worker;
  }

  /** Whether what is to be written has to wait, and then it does. */
  boolean keeps(Object message, ChannelPromise promise) {
    return packing && waiting.add(new Waiting(message, promise));
  }

  boolean isPacking() {
    return packing;
  }

  /**
   * Packs a body; all that is written meanwhile waits, and then is written again by the handler.
   *
   * @param taker takes what came of it, and writes
   */
  void pack(
      ChannelHandlerContext context,
      ByteBuf content,
      WholeAnswers handler,
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

  private static void write(ChannelHandlerContext context, Waiting next, WholeAnswers handler) {
    try {
      handler.write(context, next.message, next.promise);
    } catch (Exception e) {
      next.promise.tryFailure(e);
    }
  }
}
