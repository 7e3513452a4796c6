package io.aetherkeep.router.codec;

import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.settings.RouterSettings;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.List;

/** The Netty handlers of a connection: those of Vert.x, with stricter and leaner ones of ours. */
public final class HttpPipeline {

  private static final String DECODER = "httpDecoder";
  private static final String ENCODER = "httpEncoder";
  private static final String IDLE = "idle";
  private static final String ANSWERS = "answers";

  /** Netty's compressor, and what sends files, of which there are none. */
  private static final List<String> UNUSED = List.of("deflater", "chunkedWriter");

  /** The handlers that a connection has no use for once it is a socket. */
  public static final List<String> OF_REQUESTS = List.of(IDLE, ANSWERS);

  /** What is answered to a body that does not come, {@link Requests} says before. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private HttpPipeline() {}

  /**
   * Ends a response at once. Over HTTP/1 that ends its connection, with what waits in it: a close
   * by Vert.x comes after that, which a client that does not read never takes.
   */
  public static void abort(HttpServerRequest request) {
    if (request.response().streamId() < 0) {
      var unused =
          ((ConnectionBase) request.connection()).channelHandlerContext().channel().close();
    } else {
      request.response().reset();
    }
  }

  /** Gives HTTP/1 handlers of ours; HTTP/2 has frames instead, and none of its faults. */
  public static void equip(
      HttpConnection connection, HttpServerOptions options, RouterSettings settings) {
    ChannelPipeline pipeline = ((ConnectionBase) connection).channelHandlerContext().pipeline();
    if (pipeline.get(DECODER) == null) {
      return;
    }
    pipeline.replace(
        DECODER,
        DECODER,
        new StrictDecoder(
            options, settings.door().headTimeout(), settings.bodyTimeout().plus(GRACE)));
    pipeline.replace(IDLE, IDLE, new IdleWatch(settings.idleTimeout()));
    UNUSED.stream().filter(name -> pipeline.get(name) != null).forEach(pipeline::remove);
    int threshold = settings.compression() ? settings.compressionThreshold() : Integer.MAX_VALUE;
    ContextInternal context = ((ConnectionBase) connection).context();
    PackingQueue queue = new PackingQueue(pack -> context.executeBlocking(pack, false));
    pipeline.addAfter(
        ENCODER, ANSWERS, new WholeAnswers(pipeline.context(ENCODER), threshold, queue));
  }
}
