package io.aetherkeep.router.codec;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Idle timeout of an HTTP/1 connection, in both directions.
 *
 * <p>Netty's handler also tracks each write until it completes, which costs one more promise per
 * answer; this one only records the time of each flush.
 */
final class IdleWatch extends ChannelDuplexHandler {

  private final long nanos;
  private long lastNanos;
  private @Nullable Future<?> timer;

  IdleWatch(Duration longest) {
    this.nanos = longest.toNanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    lastNanos = now(context);
    schedule(context, nanos);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stop();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stop();
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    lastNanos = now(context);
    context.fireChannelRead(message);
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    lastNanos = now(context);
    context.flush();
  }

  private static long now(ChannelHandlerContext context) {
    return context.executor().ticker().nanoTime();
  }

  private void schedule(ChannelHandlerContext context, long inNanos) {
    timer = context.executor().schedule(() -> check(context), inNanos, TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext context) {
    long left = nanos - (now(context) - lastNanos);
    schedule(context, left > 0 ? left : nanos);
    if (left <= 0) {
      context.fireUserEventTriggered(IdleStateEvent.ALL_IDLE_STATE_EVENT);
    }
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
