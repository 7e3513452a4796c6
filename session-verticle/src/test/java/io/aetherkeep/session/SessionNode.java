package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.ListenerAsks.ListenersChanged;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.settings.SessionSettings;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Session verticle as deployed in one JVM: two event loops with an instance and Redis connections
 * each.
 */
final class SessionNode implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
  private final Queue<Event> heard = new ConcurrentLinkedQueue<>();

  private final RedisAccess access;
  private final String deployment;

  /** A node whose scripts use its clock, for tests that move it. */
  SessionNode(Map<Space, RedisTarget> targets, SessionSettings settings, InstantSource clock)
      throws Exception {
    this(targets, settings, clock, RedisTime.of(clock));
  }

  SessionNode(
      Map<Space, RedisTarget> targets,
      SessionSettings settings,
      InstantSource clock,
      RedisTime time)
      throws Exception {
    await(
        Future.all(
            bus.subscribe(SessionOpened.class, heard::add),
            bus.subscribe(SessionChanged.class, heard::add),
            bus.subscribe(SessionEnded.class, heard::add),
            bus.subscribe(SessionExpired.class, heard::add),
            bus.subscribe(PlaybackChanged.class, heard::add),
            bus.subscribe(ListenersChanged.class, heard::add)));
    access = await(RedisAccess.open(vertx, 2, targets));
    deployment =
        await(
            vertx.deployVerticle(
                SessionVerticle.instances(bus, access, settings, clock, time),
                new DeploymentOptions().setInstances(2)));
  }

  /** Appends events of a type to a space's outbox, as if a webhook received them. */
  void wants(String space, String type) {
    access.spaces().stream()
        .filter(each -> each.name().equals(space))
        .forEach(each -> access.outbox(each).want(Set.of(type), 1000));
  }

  /** Further Redis connections on this node. */
  RedisAccess lines(Map<Space, RedisTarget> targets) throws Exception {
    return await(RedisAccess.open(vertx, 1, targets));
  }

  <A> Future<A> asks(Ask<A> ask) {
    return bus.ask(ask);
  }

  /** Answers an ask in place of another verticle. */
  <Q extends Ask<A>, A> void answers(Class<Q> type, Function<Q, Future<A>> answerer)
      throws Exception {
    await(bus.answer(type, answerer));
  }

  /** All events of a type published on this node so far. */
  <E extends Event> List<E> heard(Class<E> type) {
    return heard.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Stops the verticle first, as at the shutdown of a node. */
  void stop() throws Exception {
    await(vertx.undeploy(deployment));
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }
}
