package io.aetherkeep.session;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisDue;
import io.aetherkeep.redis.RedisDue.Claim;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisScript;
import io.aetherkeep.redis.RedisTime;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The index of a space's sessions in Redis: sorted sets, written apart from the sessions. */
final class RedisSessionIndex implements SessionIndex {

  private static final RedisScript ENTER = timed("enter.lua");
  private static final RedisScript HASTEN = timed("hasten.lua");
  private static final RedisScript BURY = script("bury.lua");
  private static final RedisScript GUARD = script("guard.lua");

  private static RedisScript timed(String file) {
    return RedisScript.timed(RedisSessionIndex.class, file);
  }

  private static RedisScript script(String file) {
    return RedisScript.beside(RedisSessionIndex.class, file);
  }

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final RedisTime time;

  RedisSessionIndex(RedisLine line, Space space, RedisTime time) {
    this.line = line;
    this.keys = new RedisSessionKeys(space);
    this.time = time;
  }

  @Override
  public Future<Void> enter(String id, long ttlMillis) {
    return line.run(
            ENTER,
            RedisScript.call().key(keys.live()).arg(time).arg("stays").arg(ttlMillis).arg(id))
        .mapEmpty();
  }

  @Override
  public Future<Void> leave(String id) {
    return line.send(Request.cmd(Command.ZREM).arg(keys.live()).arg(id)).mapEmpty();
  }

  @Override
  public Future<List<String>> unseen(List<String> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(ids);
    }
    Request scores = Request.cmd(Command.ZMSCORE).arg(keys.live());
    ids.forEach(scores::arg);
    return line.send(scores)
        .map(
            reply ->
                IntStream.range(0, ids.size())
                    .filter(i -> reply.get(i) == null)
                    .mapToObj(ids::get)
                    .toList());
  }

  @Override
  public Future<Long> count() {
    return of(Due.EXPIRED).later();
  }

  @Override
  public Future<Void> mourn(String id) {
    return of(Due.ENDED).in(Map.of(id, 1000L));
  }

  private RedisDue of(Due due) {
    return new RedisDue(line, due == Due.EXPIRED ? keys.live() : keys.ended(), time);
  }

  @Override
  public Future<Claim> claim(Due due, int most) {
    return of(due).claim(most);
  }

  @Override
  public Future<Void> settle(Due due, Claim claim, Map<String, Long> next) {
    return of(due).settle(claim, next);
  }

  @Override
  public Future<Boolean> hasten(String id) {
    return line.run(HASTEN, RedisScript.call().key(keys.live()).arg(time).arg(id))
        .map(reply -> reply.toInteger() == 1);
  }

  @Override
  public Future<Remains> bury(String id) {
    return line.run(BURY, keys.onAll(id).arg(keys.lifetime().toMillis()))
        .compose(
            reply ->
                reply.get(0).toLong() == Remains.OVER
                    ? line.send(Request.cmd(Command.UNLINK).arg(keys.list(id))).map(reply)
                    : Future.succeededFuture(reply))
        .map(
            reply ->
                new Remains(
                    reply.get(0).toLong(),
                    reply.size() > 1 ? Found.user(reply.get(1).toString()) : null,
                    RedisSessions.numberOrNull(reply, 2),
                    RedisSessions.textOrNull(reply, 3)));
  }

  @Override
  public Future<Long> guard(String id) {
    return line.run(GUARD, keys.onTwo(id))
        .map(reply -> reply.get(0).toLong())
        .compose(left -> left > 0 ? removed(id).map(left) : Future.succeededFuture(left));
  }

  /** Its history as a list is in another slot, and comes back by itself. */
  private Future<?> removed(String id) {
    return Future.all(leave(id), line.send(Request.cmd(Command.UNLINK).arg(keys.list(id))));
  }
}
