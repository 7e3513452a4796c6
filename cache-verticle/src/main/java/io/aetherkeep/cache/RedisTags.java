package io.aetherkeep.cache;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tags of a space in Redis: a sorted set a tag, and beside each tagged entry its tags. */
final class RedisTags implements Tags {

  private static final RedisScript ANNOUNCE = RedisScript.beside(RedisTags.class, "announce.lua");

  private final RedisLine line;
  private final String prefix;

  RedisTags(RedisLine line, Space space) {
    this.line = line;
    this.prefix = space.prefix();
  }

  @Override
  public Future<Void> announce(String key, List<String> tags, Duration lifetime) {
    if (tags.isEmpty()) {
      return Future.succeededFuture();
    }
    return Future.all(
            tags.stream()
                .map(
                    tag ->
                        line.run(
                            ANNOUNCE,
                            RedisScript.call().key(index(tag)).arg(key).arg(lifetime.toMillis())))
                .toList())
        .mapEmpty();
  }

  @Override
  public Future<Void> settle(String key, List<String> tags, Duration lifetime) {
    String beside = prefix + Keyspaces.ENTRY_TAGS.pattern().around(prefix + key);
    Request swap =
        tags.isEmpty()
            ? Request.cmd(Command.GETDEL).arg(beside)
            : Request.cmd(Command.SET)
                .arg(beside)
                .arg(String.join(",", tags))
                .arg("PX")
                .arg(lifetime.toMillis())
                .arg("GET");
    return line.send(swap).compose(before -> strike(key, before, tags));
  }

  private Future<Void> strike(String key, @Nullable Response before, List<String> kept) {
    if (before == null) {
      return Future.succeededFuture();
    }
    List<Future<?>> strikes = new ArrayList<>();
    for (String tag : before.toString().split(",", -1)) {
      if (!kept.contains(tag)) {
        strikes.add(strike(tag, List.of(key)));
      }
    }
    return Future.all(strikes).mapEmpty();
  }

  @Override
  public Future<List<String>> page(String tag, long from, int size) {
    return line.send(Request.cmd(Command.ZRANGE).arg(index(tag)).arg(from).arg(from + size - 1))
        .map(members -> members.stream().map(Response::toString).toList());
  }

  @Override
  public Future<Void> strike(String tag, List<String> keys) {
    Request strike = Request.cmd(Command.ZREM).arg(index(tag));
    keys.forEach(strike::arg);
    return line.send(strike).mapEmpty();
  }

  private String index(String tag) {
    return prefix + Keyspaces.TAGS.key(tag).text();
  }
}
