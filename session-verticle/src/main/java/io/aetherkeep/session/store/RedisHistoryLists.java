package io.aetherkeep.session.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * History lists of newer proxies: removes, moves and extends them with their sessions. On a cluster
 * a list and its metadata are in another slot than the session. In spaces without histories this
 * does nothing, because a key of such a name is another session.
 */
final class RedisHistoryLists {

  private static final RedisScript TAKE_REST =
      RedisScript.beside(RedisHistoryLists.class, "take-rest.lua");

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

  /** Whether a list is in another slot than its session, so that no script moves both. */
  private boolean areApart() {
    return keys.haveLists() && line.isCluster();
  }

  /**
   * Adds the list to the keys of a call that ends a session whose id is rotated: the call moves the
   * list, so that what others append to it up to then is kept. On a cluster {@link #copy} and
   * {@link #finish} move it.
   */
  void addMove(RedisScript.Call end, String id, String fresh) {
    if (keys.haveLists() && !line.isCluster()) {
      end.key(keys.list(id)).key(keys.list(fresh));
    }
  }

  /** Number of messages of a list as copied, and the last of them. */
  record Copied(long messages, Buffer last) {

    /** No copy: the end of the old id moves the list, or another service stored no list. */
    private static final Copied NONE = new Copied(0, Buffer.buffer());
  }

  /** Copies the list to the slot of its new name, before the old id ends. */
  Future<Copied> copy(String id, String fresh) {
    if (!areApart()) {
      return Future.succeededFuture(Copied.NONE);
    }
    List<String> targets = all(fresh);
    return Future.all(
            Stream.iterate(0, i -> i < targets.size(), i -> i + 1)
                .map(i -> copyToSlot(all(id).get(i), targets.get(i)))
                .toList())
        .compose(done -> copied(keys.list(fresh)))
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.UNREADABLE_VALUE
                    ? Future.succeededFuture(Copied.NONE)
                    : Future.failedFuture(thrown));
  }

  private Future<Copied> copied(String list) {
    Future<@Nullable Response> length = line.send(Request.cmd(Command.LLEN).arg(list));
    return line.send(Request.cmd(Command.LINDEX).arg(list).arg(-1))
        .compose(
            last ->
                length.map(
                    count ->
                        new Copied(
                            Objects.requireNonNull(count).toLong(),
                            last == null ? Buffer.buffer() : last.toBuffer())));
  }

  /**
   * Appends to a copy what the list got since, and removes the list; after the old id has ended.
   */
  Future<Void> finish(String id, String fresh, Copied copied) {
    if (!areApart()) {
      return Future.succeededFuture();
    }
    RedisScript.Call take = RedisScript.call();
    all(id).forEach(take::key);
    return line.run(TAKE_REST, take.arg(copied.messages).arg(copied.last))
        .compose(rest -> append(keys.list(fresh), rest));
  }

  private Future<Void> append(String target, Response messages) {
    Request push = Request.cmd(Command.RPUSH).arg(target);
    messages.forEach(message -> push.arg(message.toBuffer()));
    return messages.size() == 0 ? gone() : line.send(push).mapEmpty();
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
