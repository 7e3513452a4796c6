package io.aetherkeep.redis;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.connection.RedisRoute;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Verticle that owns the lines of one event loop. The first instance also owns the subscriptions,
 * and measures the clock skew.
 */
final class RedisLineVerticle extends VerticleBase {

  private final RedisConnections connections;
  private final Collection<RedisSpace> spaces;
  private final RedisLines lines;
  private final Map<Space, RedisSubscriptions> subscriptions;
  private final Map<RedisSpace, RedisLine> own = new LinkedHashMap<>();
  private final List<Supplier<Future<Void>>> closing = new ArrayList<>();

  /**
   * Creates the verticle of an event loop.
   *
   * @param lines receives the lines of this event loop
   * @param subscriptions receives the subscriptions of each space
   */
  RedisLineVerticle(
      RedisConnections connections,
      Collection<RedisSpace> spaces,
      RedisLines lines,
      Map<Space, RedisSubscriptions> subscriptions) {
    this.connections = connections;
    this.spaces = spaces;
    this.lines = lines;
    this.subscriptions = subscriptions;
  }

  @Override
  public Future<?> start() {
    int number = lines.nextNumber();
    List<Future<?>> opening = new ArrayList<>();
    Map<Space, RedisLine> bySpace = new LinkedHashMap<>();
    for (RedisSpace space : spaces) {
      RedisRoute route =
          connections.route(space.target(), space.name() + "-" + number, space.rights());
      RedisLine line = new RedisLine(vertx, route, space.rights(), space.outbox());
      own.put(space, line);
      bySpace.put(space.space(), line);
      closing.add(route::close);
      opening.add(route.open());
    }
    if (number == 0) {
      opening.add(openSubscriptions());
      vertx.setPeriodic(RedisSkew.EVERY.toMillis(), id -> measureSkews());
    }
    lines.add(bySpace);
    Future<?> opened = Future.all(opening);
    return number == 0 ? opened.compose(done -> measureSkews()) : opened;
  }

  /** Measures the clock skew of each Redis that is available. */
  private Future<?> measureSkews() {
    List<Future<Void>> measured = new ArrayList<>();
    own.forEach((space, line) -> measured.add(space.skew().measure(line)));
    return Future.join(measured).otherwiseEmpty();
  }

  private Future<?> openSubscriptions() {
    List<Future<?>> opening = new ArrayList<>();
    for (RedisSpace space : spaces) {
      RedisSubscriptions opened =
          connections.subscriptions(space.target(), space.name() + "-subscriptions");
      subscriptions.put(space.space(), opened);
      closing.add(opened::close);
      opening.add(opened.open());
    }
    return Future.all(opening);
  }

  @Override
  public Future<?> stop() {
    return Future.all(closing.stream().map(Supplier::get).toList());
  }
}
