package io.aetherkeep.health.redis;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HealthAsks.ReadSlowLog;
import io.aetherkeep.catalogue.HealthAsks.SlowCommand;
import io.aetherkeep.catalogue.HealthAsks.SlowLog;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reader of the slow log of each space's Redis. It shows names of commands and keys, but no values.
 * A Redis that does not answer, or denies the command, has no rows.
 */
public final class RedisSlowLog {

  private static final int USUAL = 32;
  private static final int MOST = 128;
  private static final int LONGEST_KEY = 128;

  /** Commands whose third argument after the name is the first key. */
  private static final Set<String> SCRIPTS = Set.of("EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO");

  /** Commands without a key after their name; the argument may be a secret. */
  private static final Set<String> KEYLESS =
      Set.of("AUTH", "HELLO", "CONFIG", "ACL", "SCRIPT", "CLIENT", "PUBLISH", "INFO", "SCAN");

  private final RedisAccess redis;

  public RedisSlowLog(RedisAccess redis) {
    this.redis = redis;
  }

  public Future<SlowLog> read(ReadSlowLog ask) {
    int limit = ask.limit() == null ? USUAL : ask.limit();
    if (limit < 1 || limit > MOST) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + MOST);
    }
    List<Future<List<SlowCommand>>> all =
        redis.spaces().stream().map(space -> read(space, limit)).toList();
    return Future.all(all)
        .map(
            done ->
                new SlowLog(
                    all.stream()
                        .flatMap(rows -> rows.result().stream())
                        .sorted(Comparator.comparingDouble(SlowCommand::millis).reversed())
                        .toList(),
                    null));
  }

  private Future<List<SlowCommand>> read(Space space, int limit) {
    return redis
        .line(space)
        .send(Request.cmd(Command.SLOWLOG).arg("GET").arg(limit))
        .map(reply -> reply.stream().map(entry -> row(space.name(), entry)).toList())
        .otherwise(List.of());
  }

  private static SlowCommand row(String space, Response entry) {
    List<String> words = entry.get(3).stream().map(Response::toString).toList();
    return new SlowCommand(
        space,
        Instant.ofEpochSecond(entry.get(1).toLong()).toString(),
        entry.get(2).toLong() / 1000.0,
        command(words),
        words.size(),
        entry.size() > 5 ? entry.get(5).toString() : "");
  }

  private static String command(List<String> words) {
    String name = words.isEmpty() ? "" : words.get(0).toUpperCase(Locale.ROOT);
    int at = SCRIPTS.contains(name) ? 3 : 1;
    String key = words.size() > at && !KEYLESS.contains(name) ? words.get(at) : "";
    String shown = key.length() > LONGEST_KEY ? key.substring(0, LONGEST_KEY) + "…" : key;
    return Stream.of(name, shown).filter(word -> !word.isEmpty()).reduce("", RedisSlowLog::join);
  }

  private static String join(String before, String word) {
    return before.isEmpty() ? word : before + " " + word;
  }
}
