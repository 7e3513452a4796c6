package io.aetherkeep.router.codec;

import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.settings.ConnectionSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.List;

/** Netty pipeline of a connection: Vert.x's handlers, some replaced by stricter and leaner ones. */
public final class HttpPipeline {

  private static final String DECODER = "httpDecoder";
  private static final String ENCODER = "httpEncoder";
  private static final String IDLE = "idle";
  private static final String ANSWERS = "answers";

  /** Netty's compressor, and the handler that sends files, which this server never does. */
  private static final List<String> UNUSED = List.of("deflater", "chunkedWriter");

  /** Handlers to remove once a connection is a WebSocket. */
  public static final List<String> OF_REQUESTS = List.of(IDLE, ANSWERS);

  /**
   * Extra time for a body, so that {@link Requests} answers 408 before the decoder closes the
   * connection.
   */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private HttpPipeline() {}

  /**
   * Aborts a response. Over HTTP/1 this closes the channel and drops its queued writes: a close by
   * Vert.x waits for those writes, and a client that does not read never takes them.
   */
  public static void abort(HttpServerRequest request) {
    if (request.response().streamId() < 0) {
      var unused =
          ((ConnectionBase) request.connection()).channelHandlerContext().channel().close();
    } else {
      request.response().reset();
    }
  }

  /**
   * Replaces the handlers of an HTTP/1 connection. HTTP/2 needs none of this: its frames are
   * explicit.
   */
  public static void replaceHandlers(
      HttpConnection connection, HttpServerOptions options, RouterSettings settings) {
    ChannelPipeline pipeline = ((ConnectionBase) connection).channelHandlerContext().pipeline();
    if (pipeline.get(DECODER) == null) {
      return;
    }
    ConnectionSettings limits = settings.connections();
    pipeline.replace(
        DECODER,
        DECODER,
        new StrictDecoder(
            options, settings.listener().headTimeout(), limits.bodyTimeout().plus(GRACE)));
    pipeline.replace(IDLE, IDLE, new IdleWatch(limits.idleTimeout()));
    UNUSED.stream().filter(name -> pipeline.get(name) != null).forEach(pipeline::remove);
    int threshold = limits.compression() ? limits.compressionThreshold() : Integer.MAX_VALUE;
    ContextInternal context = ((ConnectionBase) connection).context();
    CompressionQueue queue = new CompressionQueue(pack -> context.executeBlocking(pack, false));
    pipeline.addAfter(
        ENCODER, ANSWERS, new ResponseWriter(pipeline.context(ENCODER), threshold, queue));
  }
}
