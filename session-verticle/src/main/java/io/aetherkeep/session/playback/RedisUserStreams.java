package io.aetherkeep.session.playback;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.aetherkeep.session.store.RedisSessionIndex;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Playing sessions of users in Redis: a sorted set of leases and a hash of turns for each user. */
public final class RedisUserStreams implements UserStreams {

  private static final RedisScript RESERVE = script("reserve.lua");
  private static final RedisScript ENTER = RedisSessionIndex.ENTER;
  private static final RedisScript REPLACE = script("replace.lua");
  private static final RedisScript TURN = script("turn.lua");

  /** Limit of sessions read: more than a user has, in a reply of about a megabyte. */
  private static final int MOST = 20_000;

  private static RedisScript script(String file) {
    return RedisScript.timed(RedisUserStreams.class, file);
  }

  private final RedisLine line;
  private final RedisPlaybackKeys keys;
  private final RedisTime time;

  public RedisUserStreams(RedisLine line, Space space, RedisTime time) {
    this.line = line;
    this.keys = new RedisPlaybackKeys(space);
    this.time = time;
  }

  private Future<Response> on(String user, Supplier<Future<Response>> action) {
    return RedisTypes.healed(line, List.of(keys.streams(user)), action);
  }

  @Override
  public Future<Boolean> reserve(String user, String id, int most) {
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.streams(user))
            .arg(time)
            .arg(id)
            .arg(Leases.LENGTH.toMillis())
            .arg(most)
            .arg("refuse")
            .arg(1);
    return on(user, () -> line.run(RESERVE, call)).map(reply -> reply.get(0).toInteger() == 1);
  }

  @Override
  public Future<Boolean> hold(Collection<Listener> streams) {
    Map<String, RedisScript.Call> byUser = new HashMap<>();
    for (Listener stream : streams) {
      byUser
          .computeIfAbsent(
              stream.user(),
              user -> RedisScript.call().key(keys.streams(user)).arg(time).arg("ends"))
          .arg(Leases.LENGTH.toMillis())
          .arg(stream.session());
    }
    List<Future<Boolean>> all = new ArrayList<>();
    byUser.forEach(
        (user, call) ->
            all.add(on(user, () -> line.read(ENTER, call)).map(added -> added.toInteger() > 0)));
    return Future.all(all).map(done -> all.stream().anyMatch(Future::result));
  }

  @Override
  public Future<Void> replace(String replaced, Listener by) {
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.streams(by.user()))
            .arg(time)
            .arg(Leases.LENGTH.toMillis())
            .arg(by.session())
            .arg(replaced);
    return on(by.user(), () -> line.run(REPLACE, call)).mapEmpty();
  }

  @Override
  public Future<Void> release(String user, String id) {
    return on(user, () -> line.send(Request.cmd(Command.ZREM).arg(keys.streams(user)).arg(id)))
        .mapEmpty();
  }

  @Override
  public Future<List<String>> of(String user) {
    return on(
            user,
            () ->
                line.send(Request.cmd(Command.ZRANGE).arg(keys.streams(user)).arg(0).arg(MOST - 1)))
        .map(reply -> reply.stream().map(Response::toString).toList());
  }

  @Override
  public Future<Long> turn(String user) {
    return line.run(TURN, onTurns(user).arg("")).map(Response::toLong);
  }

  @Override
  public Future<Long> plays(String user, long turn) {
    return line.run(TURN, onTurns(user).arg(turn)).map(Response::toLong);
  }

  private RedisScript.Call onTurns(String user) {
    return RedisScript.call().key(keys.turns(user)).arg(time).arg(keys.lifetimeMillis());
  }

  @Override
  public Future<Long> onlyPlayingSince(String user) {
    return line.send(Request.cmd(Command.HGET).arg(keys.turns(user)).arg("since"))
        .map(since -> since == null ? 0 : since.toLong());
  }
}
