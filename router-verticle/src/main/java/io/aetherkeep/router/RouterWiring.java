package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.router.access.AllowedOrigins;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.api.RouteContext;
import io.aetherkeep.router.api.Routes;
import io.aetherkeep.router.audit.AuditTrail;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.SpaceNames;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.nodes.LoadReport;
import io.aetherkeep.router.nodes.NodeLoops.Loop;
import io.aetherkeep.router.nodes.NodeQuestions;
import io.aetherkeep.router.nodes.NodeResponder;
import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.aetherkeep.router.realtime.Sockets;
import io.aetherkeep.router.server.Admission;
import io.aetherkeep.router.server.LoadShedder;
import io.aetherkeep.router.server.OpenResponses;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.watch.WatchHub;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Routes, sockets and servers behind one router verticle, wired to its event loop. */
final class RouterWiring {

  /** Interval at which uses of API keys are recorded. */
  private static final Duration RECORD_EVERY = Duration.ofSeconds(10);

  /**
   * Interval at which open responses are checked, which needs no Redis. Revocation ends them within
   * two seconds, of which one is for reading the key file.
   */
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);

  /** Interval at which the load is reported, shorter than that of heartbeats. */
  private static final Duration REPORT_EVERY = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final RouterSettings settings;
  private final PrometheusMeterRegistry meters;
  private final Guard guard;
  private final AuditTrail trail;
  private final RouterNode node;
  private final NodeQuestions questions;
  private final StreamFeeds feeds;
  private final WatchHub hub;
  private final OpenResponses responses;
  private final SessionCookies cookies;
  private final Bus bus;
  private final Sockets sockets;
  private final Routes routes;
  private final RealtimeRoutes realtime;
  private final RouterServers servers;

  RouterWiring(
      Vertx vertx,
      Context loop,
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      RouterNode node) {
    this.vertx = vertx;
    this.settings = settings;
    this.meters = meters;
    this.bus = bus;
    this.node = node;
    SpaceNames spaces = SpaceNames.of(settings);
    Problems problems = new Problems(vertx, settings.access().isOpen() ? spaces : null);
    Slices slices = Slices.on(vertx);
    AllowedOrigins origins = AllowedOrigins.of(settings.listener().admitted());
    cookies = new SessionCookies(settings.access().cookies(), origins::admit, meters);
    guard =
        new Guard(settings.access(), node.rateLimiters(), node.keyUsage(), node.clock(), cookies);
    trail = new AuditTrail(bus, node.keyUsage());
    feeds = new StreamFeeds(bus, slices);
    hub = new WatchHub(bus, feeds, slices);
    responses = new OpenResponses(guard);
    sockets = new Sockets(bus, settings, hub, guard, meters);
    questions = new NodeQuestions(vertx, bus);
    Requests requests = new Requests(vertx, settings, node.clocks());
    routes =
        Routes.all(
            new RouteContext(bus, requests, problems, hub, responses, cookies, trail, questions),
            feeds,
            settings,
            node.metrics());
    realtime = new RealtimeRoutes(sockets, problems, guard, origins, spaces);
    LoadShedder shedder = LoadShedder.of(loop, settings.load().longestQueue());
    servers =
        new RouterServers(
            vertx, settings, node, meters, problems, new Admission(settings, shedder, node.load()));
  }

  /** Starts the services of the routes, then listens; returns the public port. */
  Future<Integer> listen() {
    return guard
        .start(vertx)
        .compose(known -> startResponses())
        .compose(known -> hub.start(vertx, settings))
        .compose(hearing -> feeds.start(meters))
        .compose(hearing -> sockets.start(vertx, hub))
        .compose(hearing -> joinNode())
        .compose(hearing -> servers.listen(routes, realtime, guard))
        .onSuccess(port -> trail.start(vertx, RECORD_EVERY));
  }

  private Future<?> startResponses() {
    responses.start(vertx, SWEEP_EVERY);
    return cookies.areOn()
        ? responses.startCookies(vertx, settings.realtime().leaseEvery(), bus)
        : Future.succeededFuture();
  }

  /**
   * Adds this loop to those of the node. The first one also reports the node's load and answers
   * questions about the node.
   */
  private Future<?> joinNode() {
    node.loops().add(new Loop(vertx.getOrCreateContext(), sockets, hub, feeds));
    if (node.led().getAndSet(true)) {
      return questions.start();
    }
    LoadReport report = new LoadReport(bus, node.load(), node::openConnections, node.loops());
    vertx.setPeriodic(REPORT_EVERY.toMillis(), id -> report.send());
    return Future.all(questions.start(), new NodeResponder(bus, node.loops()).start());
  }

  /** Listens on the management port, and returns it. */
  Future<Integer> manage() {
    return servers.listenForManagement(routes);
  }

  /** Closes the sockets, accepts no new connections and finishes the requests in progress. */
  Future<?> shutdown() {
    hub.close();
    return sockets
        .drain(vertx, settings.connections().shutdownTimeout())
        .compose(drained -> servers.shutdown())
        .compose(closed -> trail.close());
  }
}
