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
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The indexes of a space in Redis: sorted sets, each written apart from the sessions. */
final class RedisSessionIndex implements SessionIndex {

  private static final RedisScript ENTER = timed("enter.lua");
  private static final RedisScript RESERVE = timed("reserve.lua");
  private static final RedisScript HASTEN = timed("hasten.lua");
  private static final RedisScript BURY = script("bury.lua");
  private static final RedisScript GUARD = script("guard.lua");

  /** So many sessions give way at once; what is left over gives way to the next. */
  private static final int OTHERS = 250;

  private static RedisScript timed(String file) {
    return RedisScript.timed(RedisSessionIndex.class, file);
  }

  private static RedisScript script(String file) {
    return RedisScript.beside(RedisSessionIndex.class, file);
  }

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final InstantSource clock;
  private final RedisTime time;

  RedisSessionIndex(RedisLine line, Space space, InstantSource clock, RedisTime time) {
    this.line = line;
    this.keys = new RedisSessionKeys(space);
    this.clock = clock;
    this.time = time;
  }

  @Override
  public Future<Void> enter(String id, String user, long ttlMillis) {
    Future<?> live = enter(keys.live(), "stays", id, ttlMillis);
    return user.isEmpty()
        ? live.mapEmpty()
        : Future.all(live, enter(keys.ofUser(user), "ends", id, ttlMillis)).mapEmpty();
  }

  private Future<?> enter(String index, String end, String id, long ttlMillis) {
    return line.run(ENTER, RedisScript.call().key(index).arg(time).arg(end).arg(ttlMillis).arg(id));
  }

  @Override
  public Future<Void> leave(String id, String user) {
    Future<?> live = line.send(Request.cmd(Command.ZREM).arg(keys.live()).arg(id));
    return user.isEmpty()
        ? live.mapEmpty()
        : Future.all(live, disown(user, List.of(id))).mapEmpty();
  }

  @Override
  public Future<Void> disown(String user, List<String> ids) {
    Request request = Request.cmd(Command.ZREM).arg(keys.ofUser(user));
    ids.forEach(request::arg);
    return ids.isEmpty() || user.isEmpty()
        ? Future.succeededFuture()
        : line.send(request).mapEmpty();
  }

  @Override
  public Future<Place> reserve(String id, String user, long ttlMillis, SessionSettings.Cap cap) {
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.ofUser(user))
            .arg(time)
            .arg(id)
            .arg(ttlMillis)
            .arg(cap.most())
            .arg(cap.rule().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .arg(OTHERS);
    return line.run(RESERVE, call)
        .map(reply -> new Place(reply.get(0).toInteger() == 1, texts(reply.get(1))));
  }

  private static List<String> texts(Response reply) {
    return reply.stream().map(Response::toString).toList();
  }

  @Override
  public Future<List<String>> ofUser(String user, int from, int count) {
    return line.send(
            Request.cmd(Command.ZRANGE)
                .arg(keys.ofUser(user))
                .arg(from)
                .arg(from + count - 1)
                .arg("REV"))
        .map(RedisSessionIndex::texts);
  }

  @Override
  public Future<Long> count() {
    return of(Due.EXPIRED).later();
  }

  @Override
  public Future<Void> logOut(String user, Duration remembered) {
    return line.send(
            Request.cmd(Command.SET)
                .arg(keys.loggedOut(user))
                .arg(clock.millis())
                .arg("PX")
                .arg(remembered.toMillis()))
        .mapEmpty();
  }

  @Override
  public Future<Optional<Instant>> loggedOut(String user) {
    return line.send(Request.cmd(Command.GET).arg(keys.loggedOut(user)))
        .map(reply -> Optional.ofNullable(reply).map(Response::toLong).map(Instant::ofEpochMilli));
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
                    reply.size() > 1 && reply.get(1) != null
                        ? Found.user(reply.get(1).toString())
                        : null));
  }

  @Override
  public Future<Long> guard(String id) {
    return line.run(GUARD, keys.onTwo(id))
        .map(reply -> reply.get(0).toLong())
        .compose(left -> left > 0 ? removed(id).map(left) : Future.succeededFuture(left));
  }

  /** Its history as a list is in another slot, and comes back by itself. */
  private Future<?> removed(String id) {
    return Future.all(leave(id, ""), line.send(Request.cmd(Command.UNLINK).arg(keys.list(id))));
  }
}
