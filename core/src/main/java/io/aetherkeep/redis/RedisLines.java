package io.aetherkeep.redis;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.connection.RedisMasterView;
import io.aetherkeep.redis.connection.RedisRoute;
import io.aetherkeep.redis.connection.RedisTraffic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lines of a JVM to the Redis of each space, one for each event loop. */
final class RedisLines {

  private final Map<Thread, Map<Space, RedisLine>> byLoop = new ConcurrentHashMap<>();
  private final List<Map<Space, RedisLine>> inOrder = new CopyOnWriteArrayList<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /** The number of the next event loop, from 0; in the names of its lines. */
  int nextNumber() {
    return numbers.getAndIncrement();
  }

  /** Adds the lines of the calling event loop. */
  void add(Map<Space, RedisLine> lines) {
    byLoop.put(Thread.currentThread(), lines);
    inOrder.add(lines);
  }

  /** The lines of the calling event loop; on other threads, those of the first event loop. */
  Map<Space, RedisLine> here() {
    Map<Space, RedisLine> here = byLoop.get(Thread.currentThread());
    return here == null ? inOrder.get(0) : here;
  }

  /** The first reason that a route of any event loop to a space gives; null if there is none. */
  @Nullable String firstReason(Space space, Function<RedisRoute, @Nullable String> reason) {
    return routes(space).map(reason).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** The masters of a space's cluster, and why an event loop does not reach them. */
  List<RedisMasterView> masters(Space space) {
    Map<String, RedisMasterView> masters = new LinkedHashMap<>();
    routes(space)
        .flatMap(route -> route.masters().stream())
        .forEach(
            master ->
                masters.merge(
                    master.address(),
                    master,
                    (known, more) -> known.unavailableReason() == null ? more : known));
    return List.copyOf(masters.values());
  }

  /** The traffic of all lines to a space's Redis. */
  RedisTraffic traffic(Space space) {
    return routes(space)
        .map(RedisRoute::traffic)
        .reduce(new RedisTraffic(0, 0, 0), RedisTraffic::plus);
  }

  private Stream<RedisRoute> routes(Space space) {
    return inOrder.stream()
        .map(lines -> lines.get(space))
        .filter(Objects::nonNull)
        .map(RedisLine::route);
  }
}
