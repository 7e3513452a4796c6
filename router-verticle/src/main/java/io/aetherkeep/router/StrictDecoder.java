package io.aetherkeep.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1 as strictly as one must behind a proxy that may read it otherwise.
 *
 * <p>A request whose end two readers would see in two places is none: one with a length and an
 * encoding, with an encoding that is not just "chunked", with two hosts or, in HTTP/1.1, with no
 * host. Netty would drop the length before anybody could see it. And whoever begins a request must
 * come to its end in time; only one that is not there at once costs a timer.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {

  private static final String TOO_SLOW =
      "{\"type\":\"urn:aetherkeep:problem:body-timeout\","
          + "\"title\":\"The body did not arrive in time\",\"status\":408,"
          + "\"detail\":\"The request stopped coming\",\"code\":\"body-timeout\","
          + "\"retry\":false,\"requestId\":\"-\"}";

  private final Duration headTime;
  private final Duration bodyTime;
  private int hosts;
  private int lengths;
  private int encodings;
  private boolean isBroken;
  private boolean inHead = true;
  private boolean first = true;
  private @Nullable Future<?> deadline;

  StrictDecoder(HttpServerOptions options, Duration headTime, Duration bodyTime) {
    super(options);
    this.headTime = headTime;
    this.bodyTime = bodyTime;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (isBroken) {
      // Where the next request would begin is not known.
      in.skipBytes(in.readableBytes());
      return;
    }
    int before = out.size();
    super.decode(context, in, out);
    for (int i = before; i < out.size(); i++) {
      Object part = out.get(i);
      if (part instanceof HttpRequest request) {
        headEnds(request);
      }
      if (part instanceof LastHttpContent) {
        inHead = true;
        forget();
      }
    }
    if (out.size() == before ? deadline == null : !inHead) {
      limit(context);
    }
  }

  private void headEnds(HttpRequest request) {
    stopWaiting();
    inHead = false;
    first = false;
    String fault = request.decoderResult().isFailure() ? null : fault(request);
    isBroken = fault != null;
    if (fault != null) {
      request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(fault)));
    }
  }

  private @Nullable String fault(HttpRequest request) {
    if (hosts > 1 || (hosts == 0 && HttpVersion.HTTP_1_1.equals(request.protocolVersion()))) {
      return "not one Host";
    }
    if (encodings == 0) {
      return null;
    }
    String encoding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
    boolean plain = encodings == 1 && "chunked".equalsIgnoreCase(encoding);
    return lengths > 0 || !plain || !HttpVersion.HTTP_1_1.equals(request.protocolVersion())
        ? "an end in two places"
        : null;
  }

  /** Trailers are counted too, and forgotten with the request that they end. */
  private void forget() {
    stopWaiting();
    hosts = 0;
    lengths = 0;
    encodings = 0;
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (length == 0) {
      throw new IllegalArgumentException("a field without a name");
    }
    AsciiString name = super.splitHeaderName(line, start, length);
    if (length == 4 && HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)) {
      hosts++;
    } else if (length == 14 && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
      lengths++;
    } else if (length == 17 && HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)) {
      encodings++;
    }
    return name;
  }

  private void limit(ChannelHandlerContext context) {
    if (deadline == null) {
      Duration time = inHead ? headTime : bodyTime;
      deadline =
          context
              .executor()
              .schedule(() -> giveUp(context), time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void stopWaiting() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  /** Says why where nothing else was ever said on this connection. */
  private void giveUp(ChannelHandlerContext context) {
    if (!first) {
      context.channel().close().addListener(ChannelFutureListener.CLOSE);
      return;
    }
    String answer =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\n"
            + "Cache-Control: no-store\r\nX-Request-Id: -\r\nConnection: close\r\nContent-Length: "
            + TOO_SLOW.length()
            + "\r\n\r\n"
            + TOO_SLOW;
    context
        .writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
    stopWaiting();
    super.handlerRemoved0(context);
  }
}
