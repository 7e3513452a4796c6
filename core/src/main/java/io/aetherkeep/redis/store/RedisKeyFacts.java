package io.aetherkeep.redis.store;

import io.aetherkeep.catalogue.OverviewAsks.RedisKey;
import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reader of the type, size and lifetime of keys, for operators. */
public final class RedisKeyFacts {

  private static final String ABSENT = "none";

  private RedisKeyFacts() {}

  /** Reads the keys that exist, in the order of the given ones. */
  public static Future<List<RedisKey>> read(RedisLine line, List<String> keys) {
    if (keys.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    List<Request> asked = new ArrayList<>();
    for (String key : keys) {
      asked.add(Request.cmd(Command.TYPE).arg(key));
      asked.add(Request.cmd(Command.PTTL).arg(key));
    }
    List<Future<@Nullable Long>> sizes = keys.stream().map(key -> bytes(line, key)).toList();
    return Future.all(sizes)
        .compose(done -> line.read(asked.toArray(Request[]::new)))
        .map(replies -> rows(keys, replies, sizes));
  }

  /** Reads the size of a key in memory; null if the Redis user may not ask for it. */
  private static Future<@Nullable Long> bytes(RedisLine line, String key) {
    return line.send(Request.cmd(Command.MEMORY).arg("USAGE").arg(key))
        .map(reply -> reply == null ? null : reply.toLong())
        .otherwise((Long) null);
  }

  private static List<RedisKey> rows(
      List<String> keys, List<@Nullable Response> replies, List<Future<@Nullable Long>> sizes) {
    List<RedisKey> rows = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Response type = replies.get(2 * i);
      Response left = replies.get(2 * i + 1);
      if (type != null && left != null && !type.toString().equals(ABSENT)) {
        long millis = left.toLong();
        rows.add(
            new RedisKey(
                keys.get(i),
                type.toString(),
                sizes.get(i).result(),
                millis < 0 ? null : (millis + 999) / 1000));
      }
    }
    return rows;
  }
}
