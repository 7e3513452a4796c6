package io.aetherkeep.session.store;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * History lists of newer proxies: removes, copies and extends them with their sessions. On a
 * cluster a list and its metadata are in another slot than the session. In spaces without histories
 * this does nothing, because a key of such a name is another session.
 */
final class RedisHistoryLists {

  private final RedisLine line;
  private final RedisSessionKeys keys;

  RedisHistoryLists(RedisLine line, RedisSessionKeys keys) {
    this.line = line;
    this.keys = keys;
  }

  /** A list and, on a cluster, the keys of its metadata, which are in its slot. */
  private List<String> all(String id) {
    return line.isCluster()
        ? List.of(keys.list(id), keys.listFacts(id), keys.listAppends(id))
        : List.of(keys.list(id));
  }

  /** Removes the list; answers whether there was one. */
  Future<Boolean> remove(String id) {
    if (!keys.haveLists()) {
      return Future.succeededFuture(false);
    }
    Request unlink = Request.cmd(Command.UNLINK);
    all(id).forEach(unlink::arg);
    return line.send(unlink).map(gone -> gone != null && gone.toInteger() > 0);
  }

  Future<Void> copy(String id, String fresh) {
    if (!keys.haveLists()) {
      return Future.succeededFuture();
    }
    if (line.isCluster()) {
      List<String> targets = all(fresh);
      return Future.all(
              Stream.iterate(0, i -> i < targets.size(), i -> i + 1)
                  .map(i -> copyToSlot(all(id).get(i), targets.get(i)))
                  .toList())
          .mapEmpty();
    }
    Request copy = Request.cmd(Command.COPY).arg(keys.list(id)).arg(keys.list(fresh));
    return line.send(copy.arg("REPLACE")).mapEmpty();
  }

  /** Copies a key to another slot, which COPY cannot reach. */
  private Future<Void> copyToSlot(String key, String target) {
    Future<@Nullable Response> left = line.send(Request.cmd(Command.PTTL).arg(key));
    return line.send(Request.cmd(Command.DUMP).arg(key))
        .compose(dump -> left.compose(ttl -> dump == null ? gone() : restore(target, ttl, dump)));
  }

  private static Future<Void> gone() {
    return Future.succeededFuture();
  }

  private Future<Void> restore(String target, @Nullable Response left, Response dump) {
    long millis = Math.max(0, Objects.requireNonNull(left).toLong());
    return line.send(
            Request.cmd(Command.RESTORE)
                .arg(target)
                .arg(millis)
                .arg(dump.toBuffer())
                .arg("REPLACE"))
        .mapEmpty();
  }

  /** Extends the lifetime of the list and its metadata beyond that of its session. */
  void keep(String id, long lifetimeMillis) {
    if (keys.haveLists()) {
      all(id)
          .forEach(
              key ->
                  line.send(Request.cmd(Command.PEXPIRE).arg(key).arg(lifetimeMillis + 3_600_000)));
    }
  }
}
