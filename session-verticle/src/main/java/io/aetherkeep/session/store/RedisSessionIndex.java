package io.aetherkeep.session.store;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.redis.store.RedisTurnBatch;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.StoredSession;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Index of a space's sessions in Redis: sorted sets, written separately from the sessions. */
public final class RedisSessionIndex implements SessionIndex {

  /** Adds members to a sorted set of deadlines, which expires with the latest of them. */
  public static final RedisScript ENTER = timed("add-deadlines.lua");

  private static final RedisScript MOVE_DEADLINE = timed("move-deadline.lua");
  private static final RedisScript END = script("end.lua");
  private static final RedisScript FORGET_EXPIRED = script("forget-expired.lua");
  private static final RedisScript GUARD = script("guard.lua");
  private static final RedisScript UNTRACK = script("untrack.lua");

  private static final int BATCH = 100;

  /** Delay of a flush by another node. The node that appended flushes sooner. */
  private static final long PENDING_MILLIS = 500;

  /** Lease of a flush. It bounds the delay for other services if the flushing node dies. */
  private static final Duration PENDING_LEASE = Duration.ofSeconds(1);

  private static RedisScript timed(String file) {
    return RedisScript.timed(RedisSessionIndex.class, file);
  }

  private static RedisScript script(String file) {
    return RedisScript.beside(RedisSessionIndex.class, file);
  }

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final RedisTime time;
  private final RedisHistoryLists lists;
  private final RedisIndexParts live;
  private final RedisIndexParts ended;
  private final RedisTurnBatch<Expiry, Void> entries;
  private final RedisTurnBatch<String, Void> endings;

  /** A session and its remaining lifetime in ms. */
  private record Expiry(String id, long millis) {}

  public RedisSessionIndex(RedisLine line, Space space, RedisTime time) {
    this.line = line;
    this.keys = new RedisSessionKeys(space);
    this.time = time;
    this.lists = new RedisHistoryLists(line, keys);
    this.live = RedisIndexParts.of(line, keys.live());
    this.ended = RedisIndexParts.of(line, keys.ended());
    this.entries = new RedisTurnBatch<>(line, this::enter);
    this.endings = new RedisTurnBatch<>(line, (part, ids) -> rememberEnded(ids));
  }

  private Future<Response> on(String index, Supplier<Future<Response>> action) {
    return RedisTypes.healed(line, List.of(index), action);
  }

  @Override
  public Future<Void> enter(String id, long ttlMillis) {
    return entries.add(live.of(id), new Expiry(id, ttlMillis));
  }

  private Future<Void> enter(String part, List<Expiry> expiries) {
    RedisScript.Call call = RedisScript.call().key(part).arg(time).arg("stays");
    expiries.forEach(each -> call.arg(each.millis).arg(each.id));
    return on(part, () -> line.run(ENTER, call)).mapEmpty();
  }

  @Override
  public Future<Void> leave(String id) {
    return live.remove(id);
  }

  @Override
  public Future<List<String>> unindexed(List<String> ids) {
    List<Future<List<String>>> parts = new ArrayList<>();
    live.by(ids).forEach((part, some) -> parts.add(unindexed(part, some)));
    return Future.all(parts)
        .map(all -> parts.stream().flatMap(part -> part.result().stream()).toList());
  }

  private Future<List<String>> unindexed(String part, List<String> ids) {
    Request scores = Request.cmd(Command.ZMSCORE).arg(part);
    ids.forEach(scores::arg);
    return on(part, () -> line.send(scores))
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
  public Future<Void> rememberEnded(String id) {
    return endings.add(ended.of(id), id);
  }

  private Future<Void> rememberEnded(List<String> ids) {
    Map<String, Long> soon = new LinkedHashMap<>();
    ids.forEach(id -> soon.put(id, 1000L));
    return of(Due.ENDED).in(soon);
  }

  @Override
  public Future<Void> pending(String id) {
    return of(Due.PENDING).in(Map.of(id, PENDING_MILLIS));
  }

  @Override
  public Future<Void> searching(String search, Duration until) {
    return of(Due.SEARCHES).in(Map.of(search, until.toMillis()));
  }

  @Override
  public Future<Void> searched(String search) {
    Request done = Request.cmd(Command.ZREM).arg(keys.searches()).arg(search);
    return on(keys.searches(), () -> line.send(done)).mapEmpty();
  }

  private RedisDueList of(Due due) {
    return switch (due) {
      case EXPIRED -> new RedisDueList(line, live, time);
      case ENDED -> new RedisDueList(line, ended, time);
      case SEARCHES -> new RedisDueList(line, keys.searches(), time);
      case PENDING ->
          new RedisDueList(line, RedisIndexParts.of(line, keys.pending()), time, PENDING_LEASE);
    };
  }

  @Override
  public Future<Void> work(Due due, RedisDueList.Work work) {
    return due == Due.EXPIRED
        ? of(due).work(BATCH, work, this::forgetExpired)
        : of(due).work(BATCH, work);
  }

  /**
   * Removes the facts of expired sessions that have left the index. Until then, a retry on any node
   * needs them to announce the user.
   */
  private Future<?> forgetExpired(List<String> ids) {
    return Future.join(ids.stream().map(id -> line.run(FORGET_EXPIRED, keys.onTwo(id))).toList());
  }

  @Override
  public Future<Boolean> moveDeadline(String id) {
    String part = live.of(id);
    RedisScript.Call call = RedisScript.call().key(part).arg(time).arg(id);
    return on(part, () -> line.run(MOVE_DEADLINE, call)).map(reply -> reply.toInteger() == 1);
  }

  @Override
  public Future<Remains> clearExpired(String id) {
    return line.run(
            END,
            keys.onAll(id)
                .arg(keys.lifetime().toMillis())
                .event(RedisSessions.subject(id), "id", id))
        .compose(
            reply ->
                reply.get(0).toLong() == Remains.OVER
                    ? lists.remove(id).map(reply)
                    : Future.succeededFuture(reply))
        .map(
            reply ->
                new Remains(
                    reply.get(0).toLong(),
                    reply.size() > 1 ? StoredSession.user(reply.get(1).toString()) : null,
                    RedisSessions.numberOrNull(reply, 2),
                    RedisSessions.textOrNull(reply, 3)));
  }

  @Override
  public Future<Guarded> guard(String id) {
    return line.run(GUARD, keys.onTwo(id))
        .compose(
            reply -> {
              long left = reply.get(0).toLong();
              boolean removed = reply.get(1).toInteger() > 0;
              return left > 0
                  ? removed(id).map(list -> new Guarded(left, removed || list))
                  : Future.succeededFuture(new Guarded(0, false));
            });
  }

  /**
   * Removes the index entry and the list, which a late writer may bring back alone; answers whether
   * there was a list.
   */
  private Future<Boolean> removed(String id) {
    Future<Boolean> list = lists.remove(id);
    return Future.all(leave(id), list).map(done -> list.result());
  }

  @Override
  public Future<List<String>> ended(long from, int count) {
    List<Future<List<String>>> parts =
        ended.all().stream().map(part -> page(part, from, count)).toList();
    return Future.all(parts)
        .map(all -> parts.stream().flatMap(part -> part.result().stream()).toList());
  }

  private Future<List<String>> page(String part, long from, int count) {
    Request page = Request.cmd(Command.ZRANGE).arg(part).arg(from).arg(from + count - 1);
    return on(part, () -> line.send(page))
        .map(ids -> ids.stream().map(Response::toString).toList());
  }

  @Override
  public Future<List<String>> writtenBack(List<String> ids) {
    List<String> of = new ArrayList<>();
    List<Request> checks = new ArrayList<>();
    for (String id : ids) {
      for (String key : keys.written(id)) {
        of.add(id);
        checks.add(Request.cmd(Command.EXISTS).arg(key));
      }
    }
    return checks.isEmpty()
        ? Future.succeededFuture(List.of())
        : line.read(checks.toArray(Request[]::new)).map(found -> existing(of, found));
  }

  private static List<String> existing(List<String> ids, List<@Nullable Response> found) {
    return IntStream.range(0, ids.size())
        .filter(i -> found.get(i) != null && found.get(i).toInteger() == 1)
        .mapToObj(ids::get)
        .distinct()
        .toList();
  }

  @Override
  public Future<Void> forget(String id) {
    List<Future<?>> all = new ArrayList<>();
    for (String key : keys.written(id)) {
      all.add(line.run(UNTRACK, RedisScript.call().key(key)));
    }
    return Future.all(all).mapEmpty();
  }
}
