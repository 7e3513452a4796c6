package io.aetherkeep.router.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Strict HTTP/1 decoder against request smuggling.
 *
 * <p>It refuses requests that two parsers could delimit differently: with both Content-Length and
 * Transfer-Encoding, with an encoding other than "chunked", with a folded line, with two Host
 * headers or, in HTTP/1.1, with none. Netty would silently drop the length, and its chunk sizes
 * overflow at 32 bits, so {@link ChunkedBody} reads the chunks. A request must arrive in time; only
 * one that arrives in parts costs a timer.
 */
public final class StrictDecoder extends VertxHttpRequestDecoder {

  private static final String TOO_SLOW =
      "{\"type\":\"urn:aetherkeep:problem:body-timeout\","
          + "\"title\":\"The body did not arrive in time\",\"status\":408,"
          + "\"detail\":\"The request stopped coming\",\"code\":\"body-timeout\","
          + "\"retry\":false,\"requestId\":\"-\"}";

  /** Task to run if the body that is being read turns out to be malformed. */
  private static final AttributeKey<Runnable> BROKEN_BODY =
      AttributeKey.valueOf(StrictDecoder.class, "broken-body");

  /** Time to answer without the rest of a malformed body, before the connection is closed. */
  private static final long PATIENCE_MILLIS = 3000;

  private final Duration headTime;
  private final Duration bodyTime;
  private final int mostTrailerBytes;
  private int hosts;
  private int lengths;
  private int encodings;
  private boolean isBroken;
  private boolean isMisread;
  private boolean inFields;
  private boolean inHead = true;
  private boolean first = true;
  private @Nullable Future<?> deadline;
  private @Nullable ChunkedBody chunks;

  StrictDecoder(HttpServerOptions options, Duration headTime, Duration bodyTime) {
    super(options);
    this.mostTrailerBytes = options.getMaxHeaderSize();
    this.headTime = headTime;
    this.bodyTime = bodyTime;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (isBroken) {
      // Where the next request starts is unknown.
      in.skipBytes(in.readableBytes());
      return;
    }
    int before = out.size();
    if (inHead && !isMisread) {
      isMisread = isAmbiguous(in);
    }
    if (chunks == null) {
      super.decode(context, in, out);
    } else {
      readChunks(context, chunks, in, out);
    }
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

  /**
   * Sets the task to run if the body of an HTTP/1 request is malformed. Without a task the body
   * ends early, and the handler answers without it.
   *
   * @param task null once the body is read
   */
  public static void onBrokenBody(HttpServerRequest request, @Nullable Runnable task) {
    if (request.version() != io.vertx.core.http.HttpVersion.HTTP_2) {
      ((ConnectionBase) request.connection())
          .channelHandlerContext()
          .channel()
          .attr(BROKEN_BODY)
          .set(task);
    }
  }

  /**
   * Whether the next head has a folded line, which Netty joins to the one before, or begins with
   * bytes that Netty skips: another parser could read either differently.
   */
  private boolean isAmbiguous(ByteBuf in) {
    boolean fields = inFields;
    int end = in.writerIndex();
    for (int start = in.readerIndex(); start < end; ) {
      byte first = in.getByte(start);
      boolean isBlank = first == '\r' || first == '\n';
      if (fields ? first == ' ' || first == '\t' : first <= ' ' && !isBlank) {
        return true;
      }
      int feed = in.indexOf(start, end, (byte) '\n');
      if (feed < 0 || (fields && isBlank)) {
        return false;
      }
      fields |= !isBlank;
      start = feed + 1;
    }
    return false;
  }

  private void readChunks(
      ChannelHandlerContext context, ChunkedBody body, ByteBuf in, List<Object> out) {
    try {
      if (body.read(in, out)) {
        chunks = null;
        reset();
        out.add(LastHttpContent.EMPTY_LAST_CONTENT);
      }
    } catch (FramingException fault) {
      isBroken = true;
      in.skipBytes(in.readableBytes());
      abandonBody(context, out);
    }
  }

  private void abandonBody(ChannelHandlerContext context, List<Object> out) {
    Runnable task = context.channel().attr(BROKEN_BODY).getAndSet(null);
    if (task == null) {
      out.add(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      task.run();
    }
    var unused =
        context.executor().schedule(() -> close(context), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void headEnds(HttpRequest request) {
    stopWaiting();
    inHead = false;
    inFields = false;
    first = false;
    String fault = request.decoderResult().isFailure() ? null : fault(request);
    isBroken = fault != null;
    if (fault != null) {
      request.setDecoderResult(DecoderResult.failure(new FramingException(fault)));
    } else if (encodings > 0 && request.decoderResult().isSuccess()) {
      chunks = new ChunkedBody(mostTrailerBytes);
    }
  }

  private @Nullable String fault(HttpRequest request) {
    boolean isNewer = HttpVersion.HTTP_1_1.equals(request.protocolVersion());
    if (isMisread) {
      return "A request begins with its method, and none of its lines is folded";
    }
    if (hosts > 1 || (hosts == 0 && isNewer)) {
      return "A request must have exactly one Host header";
    }
    if (encodings == 0) {
      return null;
    }
    String encoding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
    boolean plain = encodings == 1 && "chunked".equalsIgnoreCase(encoding);
    return lengths > 0 || !plain || !isNewer
        ? "A body must have either Content-Length or, in HTTP/1.1, Transfer-Encoding: chunked"
        : null;
  }

  /** Resets the counters at the end of a request. */
  private void forget() {
    stopWaiting();
    isMisread = false;
    hosts = 0;
    lengths = 0;
    encodings = 0;
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (length == 0) {
      throw new FramingException("A header has no name");
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

  @Override
  protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
    requireWord(start == 0);
    inFields = true;
    return super.splitFirstWordInitialLine(line, start, length);
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    requireWord(followsOneSpace(line, start));
    return super.splitSecondWordInitialLine(line, start, length);
  }

  @Override
  protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
    requireWord(followsOneSpace(line, start));
    return super.splitThirdWordInitialLine(line, start, length);
  }

  /**
   * Whether exactly one space precedes a word. Netty accepts several separators, some of which
   * another parser reads as a line's end.
   */
  private static boolean followsOneSpace(byte[] line, int start) {
    return start > 1 && line[start - 1] == ' ' && line[start - 2] > ' ';
  }

  @Override
  protected HttpMessage createMessage(String[] line) {
    if (!line[2].equals("HTTP/1.1") && !line[2].equals("HTTP/1.0")) {
      throw new FramingException(
          "The protocol version is not supported: use HTTP/1.1 or HTTP/1.0, or HTTP/2 over TLS");
    }
    return super.createMessage(line);
  }

  private static void requireWord(boolean holds) {
    if (!holds) {
      throw new FramingException(
          "The request line must have three parts, separated by single spaces");
    }
  }

  private void limit(ChannelHandlerContext context) {
    if (deadline == null) {
      Duration time = inHead ? headTime : bodyTime;
      deadline =
          context
              .executor()
              .schedule(() -> timeOut(context), time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void stopWaiting() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  /** Closes the connection, after a 408 answer if no request head has arrived on it yet. */
  private void timeOut(ChannelHandlerContext context) {
    if (!first) {
      close(context);
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

  private static void close(ChannelHandlerContext context) {
    context.channel().close().addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
    stopWaiting();
    super.handlerRemoved0(context);
  }
}
