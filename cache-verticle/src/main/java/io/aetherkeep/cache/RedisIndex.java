package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Sorted sets of keys, each with the time at which it expires: they name one too many at most. */
final class RedisIndex {

  private static final System.Logger LOG = System.getLogger(RedisIndex.class.getName());

  private static final RedisScript ANNOUNCE = RedisScript.beside(RedisIndex.class, "announce.lua");

  private final RedisLine line;

  RedisIndex(RedisLine line) {
    this.line = line;
  }

  Future<Void> enter(String index, String key, Duration lifetime) {
    RedisScript.Call call = RedisScript.call().key(index).arg(key).arg(lifetime.toMillis());
    return line.run(ANNOUNCE, call).mapEmpty();
  }

  Future<Void> leave(String index, String key) {
    return line.send(Request.cmd(Command.ZREM).arg(index).arg(key)).mapEmpty();
  }

  /**
   * Walks the keys, one batch after the other; none that was there all the time is left out, and
   * one may come twice.
   */
  Future<Void> walk(String index, Function<List<String>, Future<?>> batch) {
    return RedisScan.walk(
            line,
            cursor ->
                Request.cmd(Command.ZSCAN).arg(index).arg(cursor).arg("COUNT").arg(RedisScan.BATCH),
            found -> batch.apply(members(found)))
        .recover(thrown -> healed(index, thrown));
  }

  /** The reply has members and scores in turn. */
  private static List<String> members(Response found) {
    List<String> members = new ArrayList<>(found.size() / 2);
    for (int i = 0; i < found.size(); i += 2) {
      members.add(found.get(i).toString());
    }
    return members;
  }

  /** An index that is none names nothing: somebody else put another type there. */
  private Future<Void> healed(String index, Throwable thrown) {
    if (Failure.from(thrown).code() != Code.UNREADABLE_VALUE) {
      return Future.failedFuture(thrown);
    }
    return line.send(Request.cmd(Command.TYPE).arg(index))
        .compose(
            type ->
                type == null || type.toString().equals("zset")
                    ? Future.failedFuture(thrown)
                    : remove(index));
  }

  private Future<Void> remove(String index) {
    LOG.log(
        System.Logger.Level.WARNING,
        "Removed {0}: it held another type of value than an index",
        index);
    return line.send(Request.cmd(Command.UNLINK).arg(index)).mapEmpty();
  }
}
