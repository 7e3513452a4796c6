package io.aetherkeep.router.server;

import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.aetherkeep.router.settings.ConnectionSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** HTTP server of one event loop on a port that all event loops share. */
public final class ListeningServer {

  private static final long MOST_STREAMS = 256;

  private final Vertx vertx;
  private final RouterSettings settings;
  private final ConnectionLimit connections;
  private @Nullable HttpServer server;

  public ListeningServer(Vertx vertx, RouterSettings settings, ConnectionLimit connections) {
    this.vertx = vertx;
    this.settings = settings;
    this.connections = connections;
  }

  /**
   * Starts the server and returns its port.
   *
   * @param port a negative number for any free port, shared by all servers with the same number
   */
  public Future<Integer> listen(RequestGate gate, Problems problems, String host, int port) {
    HttpServerOptions options = options();
    HttpServer fresh =
        vertx
            .createHttpServer(options)
            .requestHandler(gate)
            .connectionHandler(connection -> connections.take(connection, options))
            .invalidRequestHandler(problems::invalid);
    server = fresh;
    return checked()
        .compose(sound -> fresh.listen(port, host))
        .compose(open -> followed(fresh).map(open.actualPort()));
  }

  private Future<Void> checked() {
    return settings.listener().isTls() ? tls().check(vertx) : Future.succeededFuture();
  }

  private Future<Void> followed(HttpServer open) {
    return settings.listener().isTls()
        ? tls().follow(vertx, open, settings.access().reloadEvery())
        : Future.succeededFuture();
  }

  public Future<Void> shutdown() {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(
            settings.connections().shutdownTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private Tls tls() {
    return new Tls(
        Objects.requireNonNull(settings.listener().certificate()),
        Objects.requireNonNull(settings.listener().key()));
  }

  private HttpServerOptions options() {
    ConnectionSettings limits = settings.connections();
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout((int) limits.idleTimeout().toMillis())
            .setMaxHeaderSize(limits.maxHeaderSize())
            .setMaxInitialLineLength(limits.maxUriLength())
            .setInitialSettings(
                new Http2Settings()
                    .setMaxHeaderListSize(limits.maxHeaderSize())
                    .setMaxConcurrentStreams(MOST_STREAMS))
            // With h2c a client could switch from HTTP/1.1 and evade a proxy's rules.
            .setHttp2ClearTextEnabled(false)
            .setHandle100ContinueAutomatically(false)
            .setTcpNoDelay(true)
            .setWebSocketSubProtocols(List.of(RealtimeRoutes.SUBPROTOCOL))
            // Compression costs tens of KiB a socket.
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setCompressionSupported(limits.compression());
    if (limits.compression()) {
      options
          .addCompressor(StandardCompressionOptions.gzip())
          .setCompressionContentSizeThreshold(limits.compressionThreshold());
    }
    return settings.listener().isTls() ? tls().on(options) : options;
  }
}
