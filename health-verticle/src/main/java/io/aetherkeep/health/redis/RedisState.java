package io.aetherkeep.health.redis;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HealthAsks;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.RedisHealth;
import io.aetherkeep.catalogue.HealthAsks.RedisMasterState;
import io.aetherkeep.catalogue.HealthAsks.RedisServerState;
import io.aetherkeep.health.store.IsoTime;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.connection.RedisTraffic;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** State of each space's Redis; a failure of one does not affect the others. */
public final class RedisState {

  private static final int SLOW_COMMANDS = 32;

  private final RedisAccess redis;
  private final Map<String, CanaryHealth> canaries;
  private final RedisCensus census;
  private final InstantSource clock;

  public RedisState(
      RedisAccess redis,
      Map<String, CanaryHealth> canaries,
      RedisCensus census,
      InstantSource clock) {
    this.redis = redis;
    this.canaries = canaries;
    this.census = census;
    this.clock = clock;
  }

  public Future<RedisHealth> read(ReadRedisHealth ask) {
    List<Future<HealthAsks.RedisState>> all = redis.spaces().stream().map(this::read).toList();
    return Future.all(all)
        .map(
            done -> {
              List<HealthAsks.RedisState> states = all.stream().map(Future::result).toList();
              boolean up = states.stream().allMatch(state -> state.status() == HealthStatus.UP);
              return new RedisHealth(up ? HealthStatus.UP : HealthStatus.DOWN, states);
            });
  }

  private Future<HealthAsks.RedisState> read(Space space) {
    RedisLine line = redis.line(space);
    return line.send(Request.cmd(Command.INFO).arg("everything"))
        .map(reply -> RedisInfo.parse(reply.toString()))
        .compose(info -> server(line, info).map(server -> state(space, server, info.warnings())))
        .otherwise(thrown -> state(space, null, List.of(String.valueOf(reason(thrown)))));
  }

  private HealthAsks.RedisState state(
      Space space, @Nullable RedisServerState server, List<String> warnings) {
    CanaryHealth health = Objects.requireNonNull(canaries.get(space.name()));
    Instant now = clock.instant();
    Instant last = health.last();
    RedisTraffic traffic = redis.traffic(space);
    RedisCensus.Count count = census.of(space);
    return new HealthAsks.RedisState(
        space.name(),
        redis.address(space),
        health.status(now),
        health.reason(now),
        last == null ? null : IsoTime.format(last),
        health.latency(),
        redis.skewMillis(space),
        server,
        masters(space),
        traffic.sent(),
        traffic.refused(),
        traffic.waiting(),
        withSkew(space, warnings),
        count == null ? null : IsoTime.format(count.at()),
        count == null ? null : count.keys(),
        count == null ? null : count.endless(),
        count == null ? null : count.examples());
  }

  private @Nullable List<RedisMasterState> masters(Space space) {
    return redis.line(space).isCluster()
        ? redis.masters(space).stream()
            .map(
                master ->
                    new RedisMasterState(
                        master.address(),
                        master.slots(),
                        master.ranges(),
                        master.unavailableReason() == null ? HealthStatus.UP : HealthStatus.DOWN,
                        master.unavailableReason()))
            .toList()
        : null;
  }

  private List<String> withSkew(Space space, List<String> warnings) {
    String skew = SkewWarning.text(redis.skewMillis(space));
    return skew == null ? warnings : Stream.concat(warnings.stream(), Stream.of(skew)).toList();
  }

  private static Future<RedisServerState> server(RedisLine line, RedisInfo info) {
    Future<@Nullable String> notifications = notifications(line);
    Future<Response> slow = line.send(Request.cmd(Command.SLOWLOG).arg("GET").arg(SLOW_COMMANDS));
    return Future.join(notifications, slow)
        .transform(
            asked ->
                Future.succeededFuture(
                    info.state(
                        notifications.result(),
                        slow.succeeded() ? slow.result().size() : 0,
                        slow.succeeded() ? slowest(slow.result()) : null)));
  }

  /** Reads the setting of keyspace notifications; a managed Redis may deny CONFIG. */
  private static Future<@Nullable String> notifications(RedisLine line) {
    return line.send(Request.cmd(Command.CONFIG).arg("GET").arg("notify-keyspace-events"))
        .map(reply -> value(reply));
  }

  private static @Nullable String value(Response reply) {
    List<String> parts = new ArrayList<>();
    if (reply.getKeys() != null && !reply.getKeys().isEmpty()) {
      reply.getKeys().forEach(key -> parts.add(String.valueOf(reply.get(key))));
      return parts.get(0);
    }
    return reply.size() < 2 ? null : reply.get(1).toString();
  }

  private static @Nullable Double slowest(Response entries) {
    Double slowest = null;
    for (Response entry : entries) {
      double millis = entry.get(2).toLong() / 1000.0;
      slowest = slowest == null ? millis : Math.max(slowest, millis);
    }
    return slowest;
  }

  static String reason(Throwable thrown) {
    return thrown instanceof Failure failure
        ? failure.detail()
        : String.valueOf(thrown.getMessage());
  }
}
