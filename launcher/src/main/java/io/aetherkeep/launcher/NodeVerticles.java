package io.aetherkeep.launcher;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.cache.CacheVerticle;
import io.aetherkeep.health.HealthVerticle;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.loop.LoopDeployment;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.router.RouterVerticle;
import io.aetherkeep.session.SessionVerticle;
import io.aetherkeep.status.StatusVerticle;
import io.aetherkeep.stream.StreamVerticle;
import io.aetherkeep.webhook.WebhookVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Deployer of a node's verticles, in the order in which they need each other. */
final class NodeVerticles {

  private final Vertx vertx;
  private final Settings settings;
  private final Bus bus;
  private final RedisAccess access;

  private final BiConsumer<String, Supplier<Future<Void>>> stops;

  /**
   * Creates the deployer of a node's verticles.
   *
   * @param stops receives the name and the undeploy action of each deployment
   */
  NodeVerticles(
      Vertx vertx,
      Settings settings,
      Bus bus,
      RedisAccess access,
      BiConsumer<String, Supplier<Future<Void>>> stops) {
    this.vertx = vertx;
    this.settings = settings;
    this.bus = bus;
    this.access = access;
    this.stops = stops;
  }

  /** Deploys the owners of keyspaces, then co-deployed verticles, then the routers. */
  Future<Void> deploy(PrometheusMeterRegistry meters, NodeListeners listeners) {
    InstantSource clock = InstantSource.system();
    return deployed(
            "webhooks",
            vertx.deployVerticle(new WebhookVerticle(bus, access, settings.webhooks(), clock)))
        .compose(
            webhooks ->
                onEachLoop(
                    "caches",
                    CacheVerticle.instances(
                        bus,
                        access,
                        settings.caches(),
                        settings.dataDirectory().resolve("invalidations"))))
        .compose(
            caches ->
                onEachLoop(
                    "sessions", SessionVerticle.instances(bus, access, settings.sessions(), clock)))
        .compose(
            sessions ->
                onEachLoop("status", StatusVerticle.instances(bus, access, settings.status())))
        .compose(
            statuses ->
                onEachLoop("streams", StreamVerticle.instances(bus, access, settings.streams())))
        .compose(
            streams ->
                onEachLoop("health", HealthVerticle.instances(bus, access, settings.health())))
        .compose(owners -> deployOthers())
        .compose(all -> onEachLoop("HTTP", routers(meters, listeners)));
  }

  /** Deploys co-deployed verticles in order, because later ones may ask earlier ones. */
  private Future<Void> deployOthers() {
    Future<Void> all = Future.succeededFuture();
    for (String name : settings.beside().verticles()) {
      all =
          all.compose(
              before ->
                  deployed(name, vertx.deployVerticle(name, new DeploymentOptions()))
                      .recover(
                          thrown ->
                              Future.failedFuture(
                                  new StartException(
                                      "The verticle " + name + " did not start", thrown))));
    }
    return all;
  }

  private Supplier<RouterVerticle> routers(
      PrometheusMeterRegistry meters, NodeListeners listeners) {
    Map<String, InstantSource> clocks =
        access.spaces().stream().collect(Collectors.toMap(Space::name, access::clock));
    return RouterVerticle.instances(
        bus,
        settings.http(),
        meters,
        listeners,
        space -> clocks.getOrDefault(space, InstantSource.system()));
  }

  /** Deploys one instance on each event loop, so that asks find an answerer on their own loop. */
  private Future<Void> onEachLoop(String name, Supplier<? extends Deployable> instances) {
    return deployed(name, LoopDeployment.deploy(vertx, settings.eventLoops(), instances));
  }

  private Future<Void> deployed(String name, Future<String> deployment) {
    return deployment.onSuccess(id -> stops.accept(name, () -> vertx.undeploy(id))).mapEmpty();
  }
}
