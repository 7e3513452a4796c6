package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisNote;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A space's keys in Redis, by SCAN and UNLINK in bounded batches. */
final class RedisKeys implements Keys {

  private final RedisLine line;
  private final String prefix;

  RedisKeys(RedisLine line, Space space) {
    this.line = line;
    this.prefix = space.prefix();
  }

  @Override
  public Future<Void> walk(String glob, Function<List<String>, Future<?>> batch) {
    String all = Glob.literally(prefix) + glob;
    return RedisScan.walk(
        line,
        cursor ->
            Request.cmd(Command.SCAN)
                .arg(cursor)
                .arg("MATCH")
                .arg(all)
                .arg("COUNT")
                .arg(RedisScan.BATCH),
        found -> batch.apply(names(found)));
  }

  private List<String> names(Response keys) {
    return keys.stream().map(key -> key.toString().substring(prefix.length())).distinct().toList();
  }

  @Override
  public Future<Long> remove(List<String> keys) {
    Request beside = Request.cmd(Command.UNLINK);
    for (String key : keys) {
      // The claim first: whoever loads it now must not store what was true before.
      beside
          .arg(RedisClaims.claimOf(prefix, prefix + key))
          .arg(RedisClaims.staleOf(prefix, prefix + key))
          .arg(RedisNote.keyOf(prefix, prefix + key));
    }
    Future<?> forgotten = line.send(beside);
    Future<Long> removed = counted(Command.UNLINK, keys);
    return Future.all(removed, forgotten).compose(both -> removed);
  }

  @Override
  public Future<Long> count(List<String> keys) {
    return counted(Command.EXISTS, keys);
  }

  private Future<Long> counted(Command command, List<String> keys) {
    Request request = Request.cmd(command);
    keys.forEach(key -> request.arg(prefix + key));
    return line.send(request).map(Response::toLong);
  }

  @Override
  public Future<Long> bytes(List<String> keys) {
    List<Future<Long>> sizes = new ArrayList<>(keys.size());
    for (String key : keys) {
      sizes.add(
          line.send(Request.cmd(Command.STRLEN).arg(prefix + key))
              .map(Response::toLong)
              // A key of another type is somebody else's.
              .otherwise(0L));
    }
    return Future.all(sizes).map(done -> sizes.stream().mapToLong(Future::result).sum());
  }
}
