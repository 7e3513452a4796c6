package io.aetherkeep.router.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.ArrayDeque;

/**
 * Writer of an HTTP/1 connection's answers: it compresses complete ones if the client accepts that,
 * and writes head and body, or the parts of a chunk, in one buffer. What is larger passes through.
 */
final class ResponseWriter extends ChannelDuplexHandler {

  /** A larger body is not copied into the buffer of its head. */
  private static final int LARGEST_COPY = 16 << 10;

  private static final int USUAL_HEAD = 384;

  /** Bytes around a chunk: its size in up to eight digits, and two line ends. */
  private static final int CHUNK_FRAME = 12;

  private static final int CRLF = '\r' << 8 | '\n';

  private final ChannelHandlerContext encoder;
  private final int threshold;
  private final CompressionQueue queue;

  /** Requests in progress, the oldest first. */
  private final ArrayDeque<Asked> asked = new ArrayDeque<>(2);

  /** Whether the answer in progress has chunks. */
  private boolean chunked;

  /** Form of the answer that a request asks for. */
  private enum Asked {
    PLAIN,
    PACKED,
    HEAD;

    static Asked of(HttpRequest request) {
      if (request.method().equals(HttpMethod.HEAD)) {
        return HEAD;
      }
      return Gzip.isAccepted(request.headers().get(HttpHeaderNames.ACCEPT_ENCODING))
          ? PACKED
          : PLAIN;
    }
  }

  /**
   * Creates the writer of a connection.
   *
   * @param encoder the next outbound handler, which writes all other answers
   * @param threshold the smallest body that is compressed, in bytes
   * @param queue compresses large bodies
   */
  ResponseWriter(ChannelHandlerContext encoder, int threshold, CompressionQueue queue) {
    this.encoder = encoder;
    this.threshold = threshold;
    this.queue = queue;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      asked.addLast(Asked.of(request));
    }
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (queue.keeps(message, promise)) {
      return;
    }
    if (!(message instanceof HttpResponse answer) || isInterim(answer.status())) {
      part(context, message, promise);
      return;
    }
    Asked how = asked.isEmpty() ? Asked.HEAD : asked.removeFirst();
    dropIdentity(answer.headers());
    chunked = how != Asked.HEAD && HttpUtil.isTransferEncodingChunked(answer);
    if (how == Asked.HEAD || !(answer instanceof FullHttpResponse full)) {
      super.write(context, answer, promise);
    } else if (how == Asked.PLAIN || !isToBePacked(full)) {
      whole(context, full, promise);
    } else if (full.content().readableBytes() < CompressionQueue.LARGE) {
      whole(context, packed(full, Gzip.packed(context.alloc(), full.content())), promise);
    } else {
      queue.pack(
          context,
          full.content(),
          this,
          done -> whole(context, done.succeeded() ? packed(full, done.result()) : full, promise));
    }
  }

  private void part(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (chunked
        && message instanceof HttpContent chunk
        && !(chunk instanceof LastHttpContent)
        && chunk.content().isReadable()
        && chunk.content().readableBytes() <= LARGEST_COPY) {
      var unused = encoder.write(joined(context, chunk), promise);
    } else {
      super.write(context, message, promise);
    }
  }

  private static ByteBuf joined(ChannelHandlerContext context, HttpContent chunk) {
    ByteBuf content = chunk.content();
    ByteBuf all = context.alloc().directBuffer(CHUNK_FRAME + content.readableBytes());
    ByteBufUtil.writeAscii(all, Integer.toHexString(content.readableBytes()));
    all.writeShort(CRLF).writeBytes(content).writeShort(CRLF);
    chunk.release();
    return all;
  }

  /**
   * Closes a connection that is upgraded during a compression, because its queued writes would
   * follow the upgrade.
   */
  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (queue.isPacking()) {
      var unused = context.close();
    }
  }

  private void whole(
      ChannelHandlerContext context, FullHttpResponse answer, ChannelPromise promise) {
    if (isPlain(answer)) {
      var unused = encoder.write(joined(context, answer), promise);
    } else {
      var unused = context.write(answer, promise);
    }
  }

  private static boolean isInterim(HttpResponseStatus status) {
    return status.codeClass() == HttpStatusClass.INFORMATIONAL && status.code() != 101;
  }

  /** Drops {@code Content-Encoding: identity}, which only keeps HTTP/2 answers uncompressed. */
  private static void dropIdentity(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.IDENTITY, true)) {
      headers.remove(HttpHeaderNames.CONTENT_ENCODING);
    }
  }

  private boolean isToBePacked(FullHttpResponse answer) {
    return answer.content().readableBytes() >= threshold
        && !answer.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
  }

  private static FullHttpResponse packed(FullHttpResponse answer, ByteBuf smaller) {
    HttpHeaders headers = answer.headers();
    headers
        .set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP)
        .set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(smaller.readableBytes()));
    String tag = headers.get(HttpHeaderNames.ETAG);
    if (tag != null && tag.endsWith("\"")) {
      headers.set(HttpHeaderNames.ETAG, tag.substring(0, tag.length() - 1) + Gzip.TAG_SUFFIX + '"');
    }
    answer.release();
    return new DefaultFullHttpResponse(
        answer.protocolVersion(), answer.status(), smaller, headers, answer.trailingHeaders());
  }

  /** Whether head and body can be written as one; the encoder writes chunked and empty answers. */
  private static boolean isPlain(FullHttpResponse answer) {
    int length = answer.content().readableBytes();
    return length > 0
        && length <= LARGEST_COPY
        && answer.headers() instanceof HeadersMultiMap
        && answer.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
        && answer.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && answer.status().codeClass() != HttpStatusClass.INFORMATIONAL
        && answer.status().code() != 204
        && answer.status().code() != 205
        && answer.status().code() != 304;
  }

  private static ByteBuf joined(ChannelHandlerContext context, FullHttpResponse answer) {
    HttpResponseStatus status = answer.status();
    ByteBuf all = context.alloc().directBuffer(USUAL_HEAD + answer.content().readableBytes());
    ByteBufUtil.writeAscii(all, "HTTP/1.1 ");
    ByteBufUtil.writeAscii(all, status.codeAsText());
    all.writeByte(' ');
    ByteBufUtil.writeAscii(all, status.reasonPhrase());
    all.writeShort(CRLF);
    ((HeadersMultiMap) answer.headers()).encode(all, true);
    all.writeShort(CRLF).writeBytes(answer.content());
    answer.release();
    return all;
  }
}
