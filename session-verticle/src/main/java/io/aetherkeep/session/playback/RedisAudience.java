package io.aetherkeep.session.playback;

import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Listeners in Redis: sorted sets of sessions and of users, scored by the end of their leases. */
public final class RedisAudience implements Audience {

  private static final int BATCH = 100;

  private static final RedisScript LISTEN = script("listen.lua");
  private static final RedisScript UNLISTEN = script("unlisten.lua");
  private static final RedisScript COUNT_AGAIN =
      RedisScript.timed(RedisAudience.class, "count.lua");
  private static final RedisScript COUNT = RedisScript.timed(RedisAudience.class, "audience.lua");

  private static final RedisScript MEMBERS = RedisScript.timed(RedisAudience.class, "members.lua");

  /** Expired leases removed in one count: clears 100,000 a minute, in short scripts. */
  private static final int CLEARED_AT_ONCE = 2000;

  private static final long ANNOUNCED_EVERY_MILLIS = 1000;

  private static RedisScript script(String file) {
    return RedisScript.timed(RedisAudience.class, "listeners.lua", file);
  }

  private final RedisLine line;
  private final RedisPlaybackKeys keys;
  private final RedisTime time;
  private final RedisDueList index;

  public RedisAudience(RedisLine line, Space space, RedisTime time) {
    this.line = line;
    this.keys = new RedisPlaybackKeys(space);
    this.time = time;
    this.index = new RedisDueList(line, RedisIndexParts.of(line, keys.audiencesDue()), time);
  }

  private Future<Response> on(String podcast, Supplier<Future<Response>> action) {
    return RedisTypes.healed(
        line, List.of(keys.listeners(podcast), keys.users(podcast), keys.leases(podcast)), action);
  }

  private Future<Response> onRanking(Supplier<Future<Response>> action) {
    return RedisTypes.healed(line, List.of(keys.mostHeard()), action);
  }

  @Override
  public Future<Boolean> enter(String podcast, List<Listener> who) {
    return enter(podcast, who, "");
  }

  @Override
  public Future<Void> replace(String podcast, String replaced, Listener by) {
    return enter(podcast, List.of(by), replaced).mapEmpty();
  }

  private Future<Boolean> enter(String podcast, List<Listener> who, String replaced) {
    Future<Boolean> isNew = listen(podcast, who, replaced).map(reply -> reply.toInteger() > 0);
    return Future.all(isNew, index.once(podcast, Leases.LENGTH.toMillis()))
        .compose(done -> isNew.result() ? index.soon(podcast, 0) : Future.succeededFuture())
        .compose(done -> isNew);
  }

  private Future<Response> listen(String podcast, List<Listener> who, String replaced) {
    RedisScript.Call call =
        keys.onListeners(podcast).arg(time).arg(Leases.LENGTH.toMillis()).arg(replaced);
    who.forEach(listener -> call.arg(listener.session()).arg(listener.user()));
    return on(podcast, () -> line.run(LISTEN, call));
  }

  @Override
  public Future<Void> begin(String podcast, Listener who) {
    return counted(podcast, listen(podcast, List.of(who), ""));
  }

  @Override
  public Future<Void> leave(String podcast, Listener who) {
    RedisScript.Call call = keys.onListeners(podcast).arg(time).arg(who.session()).arg(who.user());
    return counted(podcast, on(podcast, () -> line.run(UNLISTEN, call)));
  }

  /** Has a podcast counted after a change. */
  private Future<Void> counted(String podcast, Future<Response> change) {
    return Future.all(change, line.behind(change, () -> index.soon(podcast, 0))).mapEmpty();
  }

  @Override
  public Future<Listeners> count(String podcast) {
    return on(podcast, () -> line.read(COUNT, keys.onListeners(podcast).arg(time)))
        .map(read -> listeners(podcast, read));
  }

  @Override
  public Future<Page> members(String podcast, String cursor, int about) {
    RedisScript.Call call =
        RedisScript.call().key(keys.listeners(podcast)).arg(time).arg(cursor).arg(about);
    return on(podcast, () -> line.read(MEMBERS, call))
        .map(
            reply ->
                new Page(
                    reply.get(1).stream().map(Response::toString).toList(),
                    reply.get(0).toString()));
  }

  private static Listeners listeners(String podcast, Response counts) {
    return new Listeners(
        podcast, counts.get(0).toLong(), counts.get(1).toLong(), counts.get(2).toLong());
  }

  @Override
  public Future<Map<String, Long>> top(int most) {
    Request ranks =
        Request.cmd(Command.ZRANGE)
            .arg(keys.mostHeard())
            .arg(0)
            .arg(most - 1)
            .arg("REV")
            .arg("WITHSCORES");
    return onRanking(() -> line.send(ranks)).map(RedisAudience::scores);
  }

  /** Parses names and scores: flat in RESP2, pairs in RESP3. */
  private static Map<String, Long> scores(Response reply) {
    List<Response> flat = new ArrayList<>();
    for (Response part : reply) {
      if (part.type() == ResponseType.MULTI) {
        part.forEach(flat::add);
      } else {
        flat.add(part);
      }
    }
    Map<String, Long> scores = new LinkedHashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      scores.put(flat.get(i).toString(), (long) Double.parseDouble(flat.get(i + 1).toString()));
    }
    return scores;
  }

  @Override
  public Future<Recount> recount(String podcast) {
    RedisScript.Call call =
        keys.onListeners(podcast).arg(time).arg(CLEARED_AT_ONCE).arg(ANNOUNCED_EVERY_MILLIS);
    return on(podcast, () -> line.run(COUNT_AGAIN, call))
        .map(
            reply ->
                new Recount(
                    reply.get(0).toInteger() == 1,
                    reply.get(1).toLong(),
                    reply.get(2).toLong(),
                    Long.parseLong(reply.get(3).toString())))
        .compose(
            recount ->
                onRanking(() -> line.send(ranked(podcast, recount.listeners()))).map(recount));
  }

  private Request ranked(String podcast, long listeners) {
    return listeners == 0
        ? Request.cmd(Command.ZREM).arg(keys.mostHeard()).arg(podcast)
        : Request.cmd(Command.ZADD).arg(keys.mostHeard()).arg(listeners).arg(podcast);
  }

  @Override
  public Future<Void> work(RedisDueList.Work work) {
    return index.work(BATCH, work);
  }
}
