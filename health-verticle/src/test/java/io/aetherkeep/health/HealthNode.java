package io.aetherkeep.health;

import static io.aetherkeep.testing.Futures.await;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.HealthAsks.RedisHealthChanged;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Health verticle as deployed in one JVM: two event loops with an instance and Redis connections
 * each.
 */
final class HealthNode implements AutoCloseable {

  private static final DeploymentOptions TWO = new DeploymentOptions().setInstances(2);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
  private final Queue<Event> heard = new ConcurrentLinkedQueue<>();
  private final String neighbours;

  HealthNode(Map<Space, RedisTarget> targets, HealthSettings settings, InstantSource clock)
      throws Exception {
    await(bus.subscribe(ProviderHealthChanged.class, heard::add));
    await(bus.subscribe(RedisHealthChanged.class, heard::add));
    RedisAccess access = await(RedisAccess.open(vertx, 2, targets));
    neighbours = await(vertx.deployVerticle(() -> new Neighbours(bus), TWO));
    await(vertx.deployVerticle(HealthVerticle.instances(bus, access, settings, clock), TWO));
  }

  /** Verticle that answers in place of the node's other verticles. */
  private static final class Neighbours extends VerticleBase {

    private final Bus bus;

    Neighbours(Bus bus) {
      this.bus = bus;
    }

    @Override
    public Future<?> start() {
      return Future.all(
          bus.answer(ReadEntry.class, ask -> Future.failedFuture("only probed")),
          bus.answer(ReadStatus.class, ask -> Future.failedFuture("only probed")),
          bus.answer(ReadStream.class, ask -> Future.failedFuture("only probed")),
          bus.answer(ReadSession.class, ask -> Future.failedFuture("only probed")));
    }
  }

  <A> Future<A> asks(Ask<A> ask) {
    return bus.ask(ask);
  }

  <A> A ask(Ask<A> ask) throws Exception {
    return await(asks(ask));
  }

  Vertx vertx() {
    return vertx;
  }

  void undeployNeighbours() throws Exception {
    await(vertx.undeploy(neighbours));
  }

  /** All events of a type published on this node so far. */
  <E extends Event> List<E> heard(Class<E> type) {
    return heard.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Announced changes of a provider on this node, as {@code before>after: why}. */
  List<String> changes(String id) {
    return heard(ProviderHealthChanged.class).stream()
        .filter(event -> event.id().equals(id))
        .map(event -> event.before().word() + ">" + event.after().word() + ": " + event.reason())
        .toList();
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }
}
