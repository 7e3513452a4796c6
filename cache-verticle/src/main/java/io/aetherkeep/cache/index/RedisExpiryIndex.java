package io.aetherkeep.cache.index;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisScan;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Index of keys by expiry time, in sorted sets. It may name expired keys, but misses none. */
public final class RedisExpiryIndex {

  private static final RedisScript ANNOUNCE =
      RedisScript.beside(RedisExpiryIndex.class, "announce.lua");

  private final RedisLine line;

  public RedisExpiryIndex(RedisLine line) {
    this.line = line;
  }

  public Future<Void> enter(String index, String key, Duration lifetime) {
    RedisScript.Call call = RedisScript.call().key(index).arg(key).arg(lifetime.toMillis());
    return line.run(ANNOUNCE, call).mapEmpty();
  }

  public Future<Void> leave(String index, String key) {
    return line.send(Request.cmd(Command.ZREM).arg(index).arg(key)).mapEmpty();
  }

  /**
   * Walks the keys in batches. It visits every key that stays in the index during the walk, and may
   * visit one twice.
   */
  public Future<Void> walk(String index, Function<List<String>, Future<?>> batch) {
    return RedisTypes.healed(line, List.of(index), () -> scan(index, batch));
  }

  private Future<Void> scan(String index, Function<List<String>, Future<?>> batch) {
    return RedisScan.walk(
        line,
        cursor ->
            Request.cmd(Command.ZSCAN).arg(index).arg(cursor).arg("COUNT").arg(RedisScan.BATCH),
        found -> batch.apply(members(found)));
  }

  /** Members of a reply that alternates members and scores. */
  private static List<String> members(Response found) {
    List<String> members = new ArrayList<>(found.size() / 2);
    for (int i = 0; i < found.size(); i += 2) {
      members.add(found.get(i).toString());
    }
    return members;
  }
}
