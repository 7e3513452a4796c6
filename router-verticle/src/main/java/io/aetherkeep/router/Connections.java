package io.aetherkeep.router;

import io.aetherkeep.router.access.Addresses;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Takes connections in: so many an address, and each read strictly. One for a whole node. */
final class Connections {

  private static final String DECODER = "httpDecoder";

  /** What is answered to a body that does not come, {@link Requests} says before. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final RouterSettings settings;
  private final int most;
  private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

  Connections(RouterSettings settings) {
    this.settings = settings;
    this.most =
        settings.access().isOpen() || settings.door().connectionsPerAddress() == 0
            ? Integer.MAX_VALUE
            : settings.door().connectionsPerAddress();
  }

  /** Takes one in, of a server with these options. */
  void take(HttpConnection connection, HttpServerOptions options) {
    readStrictly(connection, options);
    if (most == Integer.MAX_VALUE) {
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

  /** HTTP/2 has frames instead, and no such faults. */
  private void readStrictly(HttpConnection connection, HttpServerOptions options) {
    ChannelPipeline pipeline =
        ((ConnectionBase) connection).channelHandlerContext().channel().pipeline();
    if (pipeline.get(DECODER) != null) {
      pipeline.replace(
          DECODER,
          DECODER,
          new StrictDecoder(
              options, settings.door().headTimeout(), settings.bodyTimeout().plus(GRACE)));
    }
  }
}
