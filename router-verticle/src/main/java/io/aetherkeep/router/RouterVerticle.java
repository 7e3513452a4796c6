package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.router.access.AccessSettings;
import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.access.Quotas;
import io.aetherkeep.router.api.Routes;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.SpaceNames;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.metrics.HttpMeters;
import io.aetherkeep.router.metrics.MetricsRoutes;
import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.aetherkeep.router.realtime.Sockets;
import io.aetherkeep.router.server.AccessLogger;
import io.aetherkeep.router.server.Admission;
import io.aetherkeep.router.server.ConnectionLimit;
import io.aetherkeep.router.server.Cors;
import io.aetherkeep.router.server.ListeningServer;
import io.aetherkeep.router.server.LoadShedder;
import io.aetherkeep.router.server.LocalOnlyGuard;
import io.aetherkeep.router.server.OpenResponses;
import io.aetherkeep.router.server.RequestGate;
import io.aetherkeep.router.settings.DoorSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.watch.WatchHub;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fronts the other verticles with HTTP; every instance serves connections on its own event loop.
 */
public final class RouterVerticle extends VerticleBase {

  /** Is told where a router listens. */
  public interface Listener {
    /** The port for everybody. */
    void listening(int port);

    /** The port of those who run the node, where they have one. */
    default void managing(int port) {}
  }

  /**
   * What all instances of a node count together.
   *
   * @param clock by which credentials end
   * @param clocks by which the times of a space are written
   */
  private record Shared(
      Quotas quotas,
      Proxies proxies,
      ConnectionLimit connections,
      ConnectionLimit managing,
      InstantSource clock,
      Function<String, InstantSource> clocks) {

    static Shared of(
        RouterSettings settings, InstantSource clock, Function<String, InstantSource> clocks) {
      Proxies proxies = Proxies.of(settings.door().trustedProxies());
      return new Shared(
          Quotas.of(settings.access(), proxies),
          proxies,
          ConnectionLimit.ofEverybody(settings),
          ConnectionLimit.ofManagement(settings),
          clock,
          clocks);
    }
  }

  /** All servers of one Vert.x that listen on such a port share one that is free. */
  private static final int ANY_PORT = -1;

  private static final int ANY_OTHER_PORT = -2;

  private final Bus bus;
  private final RouterSettings settings;
  private final PrometheusMeterRegistry meters;
  private final Shared shared;
  private final Listener listener;
  private final List<ListeningServer> servers = new ArrayList<>();
  private @Nullable WatchHub hub;
  private @Nullable Sockets sockets;

  private RouterVerticle(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      Shared shared,
      Listener listener) {
    this.meters = meters;
    this.bus = bus;
    this.settings = settings;
    this.shared = shared;
    this.listener = listener;
  }

  /**
   * Routers of one node, which share its ports.
   *
   * @param meters what {@code /metrics} shows
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
    return instances(bus, settings, meters, listener, Shared.of(settings, clock, space -> clock));
  }

  /**
   * Routers of one node that tell how old something is.
   *
   * @param clocks Redis's clock of each space
   */
  public static Supplier<RouterVerticle> instances(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      Listener listener,
      Function<String, InstantSource> clocks) {
    Shared shared = Shared.of(settings, InstantSource.system(), clocks);
    return instances(bus, settings, meters, listener, shared);
  }

  private static Supplier<RouterVerticle> instances(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      Listener listener,
      Shared shared) {
    return () -> new RouterVerticle(bus, settings, meters, shared, listener);
  }

  @Override
  public Future<?> start() {
    Problems problems = new Problems(vertx, settings.access().isOpen() ? spaces() : null);
    Slices slices = Slices.on(vertx);
    StreamFeeds feeds = new StreamFeeds(bus, slices);
    WatchHub watched = new WatchHub(bus, feeds, slices);
    Guard guard = new Guard(settings.access(), shared.quotas, shared.clock);
    OpenResponses openResponses = new OpenResponses(guard);
    Sockets open = new Sockets(bus, settings, watched, guard, meters);
    hub = watched;
    sockets = open;
    Routes routes =
        Routes.all(
            bus,
            new Requests(vertx, settings, shared.clocks),
            problems,
            watched,
            feeds,
            settings,
            openResponses,
            new MetricsRoutes(bus, settings, meters));
    LoadShedder shedder =
        new LoadShedder(
            settings.load().longestQueue(),
            loop(),
            task -> {
              var unused = loop().schedule(task, 1, TimeUnit.NANOSECONDS);
            },
            System::nanoTime);
    Admission admission = new Admission(settings, shedder);
    openResponses.start(vertx, settings.watchEvery());
    RealtimeRoutes realtime = new RealtimeRoutes(open, problems, guard, origins(), spaces());
    return guard
        .start(vertx)
        .compose(known -> watched.start(vertx, settings))
        .compose(hearing -> feeds.start(meters))
        .compose(hearing -> open.start(vertx, watched))
        .compose(hearing -> listen(routes, realtime, problems, guard, admission))
        .compose(heard -> manage(routes, problems, admission));
  }

  private EventLoop loop() {
    return ((ContextInternal) context).nettyEventLoop();
  }

  private SpaceNames spaces() {
    return new SpaceNames(settings.bodyLimits().keySet());
  }

  private AllowedOrigins origins() {
    return AllowedOrigins.of(settings.door().origins());
  }

  private Future<?> listen(
      Routes routes, RealtimeRoutes realtime, Problems problems, Guard guard, Admission admission) {
    boolean apart = settings.door().hasManagement();
    Routes here =
        apart ? routes.only(route -> !route.isManagement() || route.isOfConsole()) : routes;
    return serve(
            here,
            realtime,
            problems,
            guard,
            admission,
            shared.connections,
            settings.host(),
            settings.port() == 0 ? ANY_PORT : settings.port())
        .onSuccess(listener::listening);
  }

  /**
   * Listens where there is a port of their own: who reaches it is trusted with what is there: it
   * asks for no credentials.
   */
  private Future<?> manage(Routes routes, Problems problems, Admission admission) {
    DoorSettings door = settings.door();
    if (!door.hasManagement()) {
      return Future.succeededFuture();
    }
    Guard nobody = new Guard(AccessSettings.OPEN, shared.quotas, shared.clock);
    return serve(
            routes.only(Route::isManagement),
            null,
            problems,
            nobody,
            admission,
            shared.managing,
            door.managementHost(),
            door.managementPort() == 0 ? ANY_OTHER_PORT : door.managementPort())
        .onSuccess(listener::managing);
  }

  private Future<Integer> serve(
      Routes routes,
      @Nullable RealtimeRoutes realtime,
      Problems problems,
      Guard guard,
      Admission admission,
      ConnectionLimit connections,
      String host,
      int port) {
    AccessLogger log = new AccessLogger(settings, shared.proxies);
    HttpMeters http = new HttpMeters(meters);
    RequestGate door =
        new RequestGate(
            routes.on(vertx, problems, log, http, guard, admission, spaces()),
            realtime,
            problems,
            log,
            http,
            new Cors(origins()),
            guard.isOpen() ? new LocalOnlyGuard(host, origins()) : null,
            shared.quotas.countsAddresses() && connections == shared.connections
                ? shared.quotas
                : null,
            admission);
    ListeningServer server = new ListeningServer(vertx, settings, connections);
    servers.add(server);
    return server.listen(door, problems, host, port);
  }

  /** Takes no new connections, finishes what is under way, closes. */
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
        over -> Future.all(servers.stream().map(ListeningServer::shutdown).toList()));
  }
}
