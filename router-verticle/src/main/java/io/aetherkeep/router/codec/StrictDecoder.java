package io.aetherkeep.router.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
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

  /** Task to run if the body that is being read turns out to be malformed. */
  private static final AttributeKey<Runnable> BROKEN_BODY =
      AttributeKey.valueOf(StrictDecoder.class, "broken-body");

  /** Time to answer without the rest of a malformed body, before the connection is closed. */
  private static final long PATIENCE_MILLIS = 3000;

  private final HeadFraming framing = new HeadFraming();
  private final RequestDeadline deadline;
  private final int mostTrailerBytes;
  private boolean isBroken;
  private boolean inHead = true;
  private @Nullable ChunkedBody chunks;

  StrictDecoder(HttpServerOptions options, Duration headTime, Duration bodyTime) {
    super(options);
    this.mostTrailerBytes = options.getMaxHeaderSize();
    this.deadline = new RequestDeadline(headTime, bodyTime);
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
    if (inHead) {
      framing.inspect(in);
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
        deadline.stop();
        framing.reset();
      }
    }
    if (out.size() == before ? !deadline.isRunning() : !inHead) {
      deadline.start(context, inHead);
    }
  }

  /**
   * Sets the task to run if the body of an HTTP/1 request is malformed. Without a task the body
   * ends early, and the handler answers without it.
   *
   * @param task null once the body is read
   */
  public static void onBrokenBody(HttpServerRequest request, @Nullable Runnable task) {
    if (request.version() != HttpVersion.HTTP_2) {
      ((ConnectionBase) request.connection())
          .channelHandlerContext()
          .channel()
          .attr(BROKEN_BODY)
          .set(task);
    }
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
    deadline.stopHead();
    inHead = false;
    framing.endFields();
    String fault = request.decoderResult().isFailure() ? null : framing.fault(request);
    isBroken = fault != null;
    if (fault != null) {
      request.setDecoderResult(DecoderResult.failure(new FramingException(fault)));
    } else if (framing.hasTransferCoding() && request.decoderResult().isSuccess()) {
      chunks = new ChunkedBody(mostTrailerBytes);
    }
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (length == 0) {
      throw new FramingException("A header has no name");
    }
    AsciiString name = super.splitHeaderName(line, start, length);
    framing.count(name, length);
    return name;
  }

  @Override
  protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
    requireWord(start == 0);
    framing.beginFields();
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

  private static void close(ChannelHandlerContext context) {
    context.channel().close().addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
    deadline.stop();
    super.handlerRemoved0(context);
  }
}
