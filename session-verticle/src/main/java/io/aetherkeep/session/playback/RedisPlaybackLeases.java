package io.aetherkeep.session.playback;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.redis.store.RedisTurnBatch;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Leases of connections in Redis: a sorted set beside each session's playback, and one due list of
 * the sessions to check.
 */
public final class RedisPlaybackLeases implements PlaybackLeases {

  private static final int BATCH = 100;

  private static final RedisScript KEEP = script("keep.lua");
  private static final RedisScript LEAVE = script("leave.lua");

  private static RedisScript script(String file) {
    return RedisScript.timed(RedisPlaybackLeases.class, "playback.lua", file);
  }

  private final RedisLine line;
  private final RedisPlaybackKeys keys;
  private final RedisTime time;
  private final RedisDueList index;
  private final RedisIndexParts due;
  private final RedisTurnBatch<Map.Entry<String, Long>, Void> checks;

  public RedisPlaybackLeases(RedisLine line, Space space, RedisTime time) {
    this.line = line;
    this.keys = new RedisPlaybackKeys(space);
    this.time = time;
    this.due = RedisIndexParts.of(line, keys.due());
    this.index = new RedisDueList(line, due, time);
    this.checks = new RedisTurnBatch<>(line, (part, checks) -> due(checks));
  }

  private RedisScript.Call on(String id) {
    return keys.onPlayback(id).arg(time);
  }

  @Override
  public Future<StoredPlayback> join(String id, String connection) {
    return keep(id, List.of(connection), "join");
  }

  @Override
  public Future<StoredPlayback> keep(String id, Collection<String> connections) {
    return keep(id, connections, "keep");
  }

  private Future<StoredPlayback> keep(String id, Collection<String> connections, String how) {
    RedisScript.Call call =
        on(id).arg(Leases.LENGTH.toMillis()).arg(keys.lifetimeMillis()).arg(how);
    connections.forEach(call::arg);
    return line.read(KEEP, call).map(RedisPlaybackReplies::playing);
  }

  @Override
  public Future<Long> leave(String id, String connection) {
    return line.run(LEAVE, on(id).arg(connection)).map(reply -> Long.parseLong(reply.toString()));
  }

  @Override
  public Future<Void> due(Map<String, Long> millis) {
    return index.in(millis);
  }

  @Override
  public Future<Void> due(String id, long millis) {
    return checks.add(due.of(id), Map.entry(id, millis));
  }

  private Future<Void> due(List<Map.Entry<String, Long>> checks) {
    Map<String, Long> last = new LinkedHashMap<>();
    checks.forEach(check -> last.put(check.getKey(), check.getValue()));
    return index.in(last);
  }

  @Override
  public Future<Void> notDue(String id) {
    return due.remove(id);
  }

  @Override
  public Future<Void> work(RedisDueList.Work work) {
    return index.work(BATCH, work);
  }

  @Override
  public Future<Long> count() {
    return index.later();
  }
}
