package io.aetherkeep.health.store;

import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisIndex;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** Store of places in Redis: a sorted set for each group, with the end of each claim. */
final class RedisPlaces implements PlaceStore {

  private static final RedisScript CLAIM = RedisScript.timed(RedisPlaces.class, "claim-place.lua");
  private static final RedisScript LEAVE =
      RedisScript.repairing(RedisPlaces.class, "leave-place.lua");

  private final RedisLine line;
  private final ProviderKeys keys;
  private final RedisClock clock;

  RedisPlaces(RedisLine line, ProviderKeys keys, RedisClock clock) {
    this.line = line;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public Future<Boolean> claim(String group, String id, String claim, long until, int places) {
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.group(group))
            .arg(clock)
            .arg(id)
            .arg(until)
            .arg(places)
            .arg(member(id, claim));
    return line.run(CLAIM, call).map(reply -> reply.toInteger() == 1);
  }

  /** Returns the member of a claim; an id has no line feed. */
  private static String member(String id, String claim) {
    return claim.isEmpty() ? id : id + "\n" + claim;
  }

  @Override
  public Future<Void> release(String group, String id, String claim) {
    String key = keys.group(group);
    return RedisIndex.sortedSet(line, key)
        .write(Request.cmd(Command.ZREM).arg(key).arg(member(id, claim)))
        .mapEmpty();
  }

  @Override
  public Future<Void> leave(String group, String id, long claimedAnew) {
    return line.run(LEAVE, RedisScript.call().key(keys.group(group)).arg(id).arg(claimedAnew))
        .mapEmpty();
  }
}
