package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fronts the other verticles with HTTP; every instance serves connections on its own event loop.
 */
public final class RouterVerticle extends VerticleBase {

  /** All servers of one Vert.x that listen here share one free port. */
  private static final int ANY_PORT_SHARED = -1;

  private final Bus bus;
  private final RouterSettings settings;
  private final PrometheusMeterRegistry meters;
  private final IntConsumer listening;
  private @Nullable HttpServer server;
  private @Nullable StatusWatches watches;
  private @Nullable Topics topics;
  private @Nullable Sockets sockets;

  /**
   * A router yet to be deployed.
   *
   * @param meters what {@code /metrics} shows
   * @param listening is told the port once it listens
   */
  public RouterVerticle(
      Bus bus, RouterSettings settings, PrometheusMeterRegistry meters, IntConsumer listening) {
    this.meters = meters;
    this.bus = bus;
    this.settings = settings;
    this.listening = listening;
  }

  @Override
  public Future<?> start() {
    Problems problems = new Problems(vertx);
    StatusWatches follows = new StatusWatches(bus);
    Topics watched = new Topics(bus, follows);
    Sockets open = new Sockets(bus, settings, watched, meters);
    watches = follows;
    topics = watched;
    sockets = open;
    Routes routes =
        Routes.all(
            bus,
            new Requests(vertx, settings),
            problems,
            follows,
            watched,
            open,
            new MetricsRoutes(bus, settings, meters));
    Laps laps =
        new Laps(
            settings.load().longestQueue(),
            task -> context.runOnContext(turn -> task.run()),
            System::nanoTime);
    Admission admission = new Admission(settings, laps);
    AccessLogger log = new AccessLogger(settings, admission::left);
    HttpMeters http = new HttpMeters(meters);
    RealtimeRoutes realtime = new RealtimeRoutes(open, problems);
    Door door =
        new Door(routes.on(vertx, problems, log, http), realtime, problems, log, http, admission);
    HttpServer fresh =
        vertx
            .createHttpServer(options())
            .requestHandler(door)
            .invalidRequestHandler(problems::invalid);
    server = fresh;
    int port = settings.port() == 0 ? ANY_PORT_SHARED : settings.port();
    return follows
        .start(vertx, settings)
        .compose(hearing -> watched.start(vertx, settings))
        .compose(hearing -> open.start(vertx, watched))
        .compose(hearing -> fresh.listen(port, settings.host()))
        .onSuccess(ready -> listening.accept(ready.actualPort()));
  }

  /** Takes no new connections, finishes what is under way, closes. */
  @Override
  public Future<?> stop() {
    if (watches != null) {
      watches.close();
    }
    if (topics != null) {
      topics.close();
    }
    HttpServer running = server;
    return running == null || sockets == null
        ? Future.succeededFuture()
        : sockets
            .drain(vertx, settings.shutdownTimeout())
            .compose(
                drained ->
                    running.shutdown(settings.shutdownTimeout().toMillis(), TimeUnit.MILLISECONDS));
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout((int) settings.idleTimeout().toMillis())
            .setMaxHeaderSize(settings.maxHeaderSize())
            .setMaxInitialLineLength(settings.maxUriLength())
            .setHandle100ContinueAutomatically(false)
            .setTcpNoDelay(true)
            .setWebSocketSubProtocols(List.of(RealtimeRoutes.SUBPROTOCOL))
            // It costs tens of KiB a socket.
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setCompressionSupported(settings.compression());
    if (settings.compression()) {
      options
          .addCompressor(StandardCompressionOptions.gzip())
          .setCompressionContentSizeThreshold(settings.compressionThreshold());
    }
    return options;
  }
}
