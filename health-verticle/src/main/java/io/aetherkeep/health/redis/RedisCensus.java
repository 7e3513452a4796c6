package io.aetherkeep.health.redis;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Census of the keys of each keyspace, by a {@code SCAN} in the background, in batches. It starts
 * when a reader asks and the last count is old; the reader gets the last count at once.
 */
public final class RedisCensus {

  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final int BATCH = 500;

  /** Limit of keys without an expiry that are named. */
  private static final int EXAMPLES = 20;

  /**
   * Result of a census; keys outside all keyspaces are under {@code other}.
   *
   * @param examples some of the keys that should have an expiry and have none
   */
  record Count(
      Instant at, Map<String, Long> keys, Map<String, Long> endless, List<String> examples) {}

  private final RedisAccess redis;
  private final InstantSource clock;
  private final Map<String, Count> counts = new ConcurrentHashMap<>();
  private final Map<String, Boolean> counting = new ConcurrentHashMap<>();

  public RedisCensus(RedisAccess redis, InstantSource clock) {
    this.redis = redis;
    this.clock = clock;
  }

  @Nullable Count of(Space space) {
    Count last = counts.get(space.name());
    if ((last == null || last.at().isBefore(clock.instant().minus(FRESH)))
        && counting.putIfAbsent(space.name(), true) == null) {
      Count fresh = new Count(clock.instant(), new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
      scan(redis.line(space), space, fresh, "0")
          .onSuccess(done -> counts.put(space.name(), fresh))
          .onComplete(done -> counting.remove(space.name()));
    }
    return last;
  }

  private static Future<Void> scan(RedisLine line, Space space, Count count, String cursor) {
    return line.send(Request.cmd(Command.SCAN).arg(cursor).arg("COUNT").arg(BATCH))
        .compose(
            reply ->
                countBatch(line, space, count, reply.get(1))
                    .compose(
                        done ->
                            reply.get(0).toString().equals("0")
                                ? Future.succeededFuture()
                                : scan(line, space, count, reply.get(0).toString())));
  }

  private static Future<Void> countBatch(RedisLine line, Space space, Count count, Response keys) {
    List<Request> asked = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> counted = new ArrayList<>();
    List<Keyspace<?>> keyspaces = Keyspaces.of(space);
    for (Response key : keys) {
      Optional<Keyspace<?>> keyspace = keyspace(space, keyspaces, key.toString());
      String name = keyspace.map(Keyspace::name).orElse("other");
      count.keys().merge(name, 1L, Long::sum);
      if (keyspace.isPresent() && keyspace.get().lifetime().counted()) {
        names.add(name);
        counted.add(key.toString());
        asked.add(Request.cmd(Command.PTTL).arg(key.toString()));
      }
    }
    if (asked.isEmpty()) {
      return Future.succeededFuture();
    }
    return line.read(asked.toArray(Request[]::new))
        .map(
            left -> {
              for (int i = 0; i < names.size(); i++) {
                Response millis = left.get(i);
                if (millis != null && millis.toLong() == -1) {
                  count.endless().merge(names.get(i), 1L, Long::sum);
                  if (count.examples().size() < EXAMPLES) {
                    count.examples().add(counted.get(i));
                  }
                }
              }
              return null;
            });
  }

  private static Optional<Keyspace<?>> keyspace(
      Space space, List<Keyspace<?>> keyspaces, String key) {
    if (!key.startsWith(space.prefix())) {
      return Optional.empty();
    }
    String own = key.substring(space.prefix().length());
    return keyspaces.stream()
        .filter(keyspace -> keyspace.pattern().parse(own).isPresent())
        .findFirst();
  }
}
