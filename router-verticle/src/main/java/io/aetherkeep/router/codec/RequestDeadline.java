package io.aetherkeep.router.codec;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Deadline of the request that a connection is reading: of its head, then of its body. A connection
 * whose request is late is closed, after a 408 answer if it has not sent a request head yet.
 */
final class RequestDeadline {

  private static final String TOO_SLOW =
      "{\"type\":\"urn:aetherkeep:problem:body-timeout\","
          + "\"title\":\"The body did not arrive in time\",\"status\":408,"
          + "\"detail\":\"The request stopped coming\",\"code\":\"body-timeout\","
          + "\"retry\":false,\"requestId\":\"-\"}";

  private static final String ANSWER =
      "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\n"
          + "Cache-Control: no-store\r\nX-Request-Id: -\r\nConnection: close\r\nContent-Length: "
          + TOO_SLOW.length()
          + "\r\n\r\n"
          + TOO_SLOW;

  private final Duration headTime;
  private final Duration bodyTime;
  private boolean first = true;
  private @Nullable Future<?> timer;

  RequestDeadline(Duration headTime, Duration bodyTime) {
    this.headTime = headTime;
    this.bodyTime = bodyTime;
  }

  boolean isRunning() {
    return timer != null;
  }

  /** Starts the deadline of a head or of a body, unless it is running. */
  void start(ChannelHandlerContext context, boolean inHead) {
    if (timer == null) {
      Duration time = inHead ? headTime : bodyTime;
      timer =
          context
              .executor()
              .schedule(() -> timeOut(context), time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Stops the deadline of a head that has arrived. */
  void stopHead() {
    stop();
    first = false;
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void timeOut(ChannelHandlerContext context) {
    if (first) {
      context
          .writeAndFlush(Unpooled.copiedBuffer(ANSWER, StandardCharsets.US_ASCII))
          .addListener(ChannelFutureListener.CLOSE);
    } else {
      var unused = context.channel().close();
    }
  }
}
