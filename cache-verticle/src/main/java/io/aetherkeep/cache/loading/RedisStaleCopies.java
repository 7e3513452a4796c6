package io.aetherkeep.cache.loading;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisScan;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Function;

/** Stale copies in Redis, each beside its entry. */
public final class RedisStaleCopies implements StaleCopies {

  private static final RedisScript FOLLOW = RedisClaims.script("follow.lua");

  private final RedisLine line;
  private final String prefix;

  public RedisStaleCopies(RedisLine line, Space space) {
    this.line = line;
    this.prefix = space.prefix();
  }

  @Override
  public Future<Void> follow(List<String> changed) {
    Request copies = Request.cmd(Command.EXISTS);
    changed.forEach(key -> copies.arg(RedisClaims.staleOf(prefix, prefix + key)));
    return line.send(copies)
        .compose(
            there ->
                there == null || there.toLong() == 0
                    ? Future.succeededFuture()
                    : Future.all(changed.stream().map(this::follow).toList()).mapEmpty());
  }

  private Future<?> follow(String key) {
    String name = prefix + key;
    return line.run(FOLLOW, RedisScript.call().key(name).key(RedisClaims.staleOf(prefix, name)));
  }

  @Override
  public Future<Void> walk(Function<List<String>, Future<?>> batch) {
    String beginning = prefix + Keyspaces.STALE_COPIES.pattern().beginning() + prefix;
    return RedisScan.walk(
        line,
        cursor ->
            Request.cmd(Command.SCAN)
                .arg(cursor)
                .arg("MATCH")
                .arg(Glob.literally(beginning) + "*}")
                .arg("COUNT")
                .arg(RedisScan.BATCH),
        found ->
            batch.apply(
                found.stream()
                    .map(Response::toString)
                    .map(name -> name.substring(beginning.length(), name.length() - 1))
                    .toList()));
  }
}
