package io.aetherkeep.lab.cluster;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.cache.CacheVerticle;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.health.HealthVerticle;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.router.RouterVerticle;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.session.SessionVerticle;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.status.StatusVerticle;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.stream.StreamVerticle;
import io.aetherkeep.stream.settings.StreamSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Node in this JVM, for faults that cannot be injected into a process: a jump of its clock, a
 * blocked event loop.
 */
final class LocalNode implements AutoCloseable {

  private static final int LOOPS = 2;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
  private final AtomicInteger port = new AtomicInteger();
  private volatile Duration ahead = Duration.ZERO;

  LocalNode(String redisUrl) {
    InstantSource clock = () -> Instant.now().plus(ahead);
    Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(1));
    await(
        RedisAccess.open(vertx, LOOPS, targets(redisUrl), clock)
            .compose(redis -> deploy(bus, redis, clock)));
  }

  private static Map<Space, RedisTarget> targets(String redisUrl) {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    for (Dialect dialect : new Dialect[] {Dialect.AETHERCAST, Dialect.COUNCIL, Dialect.CONTENT}) {
      String name = dialect.name().toLowerCase(Locale.ROOT);
      targets.put(
          new Space(name, "", dialect, 1 << 20, Map.of()),
          RedisTarget.of(redisUrl, targets.size()));
    }
    return targets;
  }

  private Future<?> deploy(Bus bus, RedisAccess redis, InstantSource clock) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    RouterSettings http =
        RouterSettings.of(Map.of("aethercast", 1 << 20, "council", 1 << 20, "content", 1 << 20));
    return deploy(CacheVerticle.instances(bus, redis, CacheSettings.usual()))
        .compose(
            done -> deploy(SessionVerticle.instances(bus, redis, SessionSettings.usual(), clock)))
        .compose(done -> deploy(StatusVerticle.instances(bus, redis, StatusSettings.usual())))
        .compose(done -> deploy(StreamVerticle.instances(bus, redis, StreamSettings.defaults())))
        .compose(
            done -> deploy(HealthVerticle.instances(bus, redis, HealthSettings.defaultSettings())))
        .compose(done -> deploy(RouterVerticle.instances(bus, http, meters, port::set)));
  }

  private Future<String> deploy(Supplier<? extends Deployable> instances) {
    return vertx.deployVerticle(instances, new DeploymentOptions().setInstances(LOOPS));
  }

  private static void await(Future<?> future) {
    future.toCompletionStage().toCompletableFuture().join();
  }

  String url() {
    return "http://127.0.0.1:" + port.get();
  }

  void setAhead(Duration by) {
    ahead = by;
  }

  /** Blocks one of the event loops. */
  void block(Duration time) {
    vertx.runOnContext(there -> Waiting.pass(time));
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
