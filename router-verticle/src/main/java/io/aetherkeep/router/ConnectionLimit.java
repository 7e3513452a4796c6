package io.aetherkeep.router;

import io.aetherkeep.router.access.Addresses;
import io.aetherkeep.router.access.Proxies;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Connection limit by address, and the handlers of each connection. One for a whole node; a trusted
 * proxy has as many as it likes.
 */
final class ConnectionLimit {

  private static final String DECODER = "httpDecoder";
  private static final String ENCODER = "httpEncoder";
  private static final String IDLE = "idle";
  private static final String ANSWERS = "answers";

  /** Netty's compressor, and what sends files, of which there are none. */
  private static final List<String> UNUSED = List.of("deflater", "chunkedWriter");

  /** The handlers that a connection has no use for once it is a socket. */
  static final List<String> OF_REQUESTS = List.of(IDLE, ANSWERS);

  /** What is answered to a body that does not come, {@link Requests} says before. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final RouterSettings settings;
  private final Proxies proxies;
  private final int most;
  private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

  private ConnectionLimit(RouterSettings settings, int most) {
    this.settings = settings;
    this.proxies = Proxies.of(settings.door().trustedProxies());
    this.most = most;
  }

  /** The connections of everybody: where credentials are asked for, so many an address. */
  static ConnectionLimit ofEverybody(RouterSettings settings) {
    int most = settings.door().connectionsPerAddress();
    return new ConnectionLimit(
        settings, settings.access().isOpen() || most == 0 ? Integer.MAX_VALUE : most);
  }

  /** The connections of those who run the node: a crowd of others does not lock them out. */
  static ConnectionLimit ofManagement(RouterSettings settings) {
    return new ConnectionLimit(settings, Integer.MAX_VALUE);
  }

  /** Takes one in, of a server with these options. */
  void take(HttpConnection connection, HttpServerOptions options) {
    equip(connection, options);
    if (most == Integer.MAX_VALUE || proxies.isTrusted(connection.remoteAddress())) {
      return;
    }
    String who = Addresses.household(connection.remoteAddress());
    if (open.merge(who, 1, Integer::sum) > most) {
      connection.close();
    }
    ((ConnectionBase) connection)
        .closeFuture()
        .onComplete(closed -> open.computeIfPresent(who, (a, n) -> n == 1 ? null : n - 1));
  }

  /** Gives HTTP/1 handlers of ours; HTTP/2 has frames instead, and none of its faults. */
  private void equip(HttpConnection connection, HttpServerOptions options) {
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
    pipeline.addAfter(ENCODER, ANSWERS, new WholeAnswers(pipeline.context(ENCODER), threshold));
  }
}
