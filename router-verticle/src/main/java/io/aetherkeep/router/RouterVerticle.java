package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.api.RouteServices;
import io.aetherkeep.router.api.Routes;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.SpaceNames;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.metrics.MetricsRoutes;
import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.aetherkeep.router.realtime.Sockets;
import io.aetherkeep.router.server.Admission;
import io.aetherkeep.router.server.LoadShedder;
import io.aetherkeep.router.server.OpenResponses;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.watch.WatchHub;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** HTTP front of the other verticles; every instance serves connections on its own event loop. */
public final class RouterVerticle extends VerticleBase {

  /** Listener for the ports that a router has bound. */
  public interface Listener {
    /** The public server listens. */
    void listening(int port);

    /** The management server listens, if there is one. */
    default void managing(int port) {}
  }

  private final Bus bus;
  private final RouterSettings settings;
  private final PrometheusMeterRegistry meters;
  private final RouterNode node;
  private final Listener listener;
  private @Nullable RouterServers servers;
  private @Nullable WatchHub hub;
  private @Nullable Sockets sockets;

  private RouterVerticle(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      RouterNode node,
      Listener listener) {
    this.meters = meters;
    this.bus = bus;
    this.settings = settings;
    this.node = node;
    this.listener = listener;
  }

  /**
   * Returns a supplier of the routers of one node, which share its ports.
   *
   * @param meters the registry behind {@code /metrics}
   */
  public static Supplier<RouterVerticle> instances(
      Bus bus, RouterSettings settings, PrometheusMeterRegistry meters, Listener listener) {
    return instances(bus, settings, meters, listener, InstantSource.system());
  }

  static Supplier<RouterVerticle> instances(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      Listener listener,
      InstantSource clock) {
    return instances(
        bus, settings, meters, listener, RouterNode.of(settings, clock, space -> clock));
  }

  /**
   * Returns a supplier of routers that compute ages by Redis's clock.
   *
   * @param clocks Redis's clock of each space
   */
  public static Supplier<RouterVerticle> instances(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      Listener listener,
      Function<String, InstantSource> clocks) {
    RouterNode node = RouterNode.of(settings, InstantSource.system(), clocks);
    return instances(bus, settings, meters, listener, node);
  }

  private static Supplier<RouterVerticle> instances(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      Listener listener,
      RouterNode node) {
    return () -> new RouterVerticle(bus, settings, meters, node, listener);
  }

  @Override
  public Future<?> start() {
    SpaceNames spaces = SpaceNames.of(settings);
    Problems problems = new Problems(vertx, settings.access().isOpen() ? spaces : null);
    Slices slices = Slices.on(vertx);
    StreamFeeds feeds = new StreamFeeds(bus, slices);
    WatchHub watched = new WatchHub(bus, feeds, slices);
    Guard guard = new Guard(settings.access(), node.quotas(), node.clock());
    OpenResponses openResponses = new OpenResponses(guard);
    Sockets open = new Sockets(bus, settings, watched, guard, meters);
    Requests requests = new Requests(vertx, settings, node.clocks());
    Routes routes =
        Routes.all(
            new RouteServices(bus, requests, problems, watched, openResponses),
            feeds,
            settings,
            new MetricsRoutes(bus, settings, meters));
    RealtimeRoutes realtime =
        new RealtimeRoutes(
            open, problems, guard, AllowedOrigins.of(settings.listener().origins()), spaces);
    Admission admission = new Admission(settings, shedder());
    RouterServers listening = new RouterServers(vertx, settings, node, meters, problems, admission);
    hub = watched;
    sockets = open;
    servers = listening;
    openResponses.start(vertx, settings.watchEvery());
    return guard
        .start(vertx)
        .compose(known -> watched.start(vertx, settings))
        .compose(hearing -> feeds.start(meters))
        .compose(hearing -> open.start(vertx, watched))
        .compose(hearing -> listening.listen(routes, realtime, guard))
        .onSuccess(listener::listening)
        .compose(heard -> manage(listening, routes));
  }

  private Future<?> manage(RouterServers listening, Routes routes) {
    return settings.listener().hasManagement()
        ? listening.listenForManagement(routes).onSuccess(listener::managing)
        : Future.succeededFuture();
  }

  private LoadShedder shedder() {
    EventLoop loop = ((ContextInternal) context).nettyEventLoop();
    return new LoadShedder(
        settings.load().longestQueue(),
        loop,
        task -> {
          var unused = loop.schedule(task, 1, TimeUnit.NANOSECONDS);
        },
        System::nanoTime);
  }

  /** Closes the sockets, accepts no new connections and finishes the requests in progress. */
  @Override
  public Future<?> stop() {
    if (hub != null) {
      hub.close();
    }
    Future<?> drained =
        sockets == null
            ? Future.succeededFuture()
            : sockets.drain(vertx, settings.shutdownTimeout());
    return drained.compose(
        over -> servers == null ? Future.<Object>succeededFuture() : servers.shutdown());
  }
}
