package io.aetherkeep.status.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.LimitedBytes;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisIndex;
import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reader of documents, feeds, durations and Celery results in Redis. */
final class RedisStatusReads {

  private static final RedisScript FEED = RedisScript.repairing(RedisStatusReads.class, "feed.lua");

  private static final RedisScript EXPIRES =
      RedisScript.beside(RedisStatusReads.class, "expires.lua");

  /** Highest index of the list of durations that trail.lua keeps. */
  private static final int MOST_DURATIONS = 63;

  private final RedisLine line;
  private final RedisStatusKeys keys;

  RedisStatusReads(RedisLine line, RedisStatusKeys keys) {
    this.line = line;
    this.keys = keys;
  }

  private static List<Optional<Document>> found(StatusKind kind, List<@Nullable Response> replies) {
    return replies.stream()
        .map(reply -> Optional.ofNullable(RedisAttempts.bytes(kind, reply)))
        .map(bytes -> bytes.map(there -> there.document(kind)))
        .toList();
  }

  Future<List<Optional<Document>>> documents(StatusKind kind, List<String> ids) {
    Request[] requests =
        ids.stream()
            .map(id -> RedisAttempts.read(kind, keys.status(kind, id)))
            .toArray(Request[]::new);
    return line.read(requests)
        .compose(
            replies ->
                Offload.run(
                    replies.stream().mapToInt(reply -> RedisAttempts.work(kind, reply)).sum(),
                    () -> found(kind, replies)))
        .recover(thrown -> oneByOne(kind, ids, thrown));
  }

  /**
   * Reads each document alone, because one key has another type; that one becomes a document that
   * is not JSON.
   */
  private Future<List<Optional<Document>>> oneByOne(
      StatusKind kind, List<String> ids, Throwable thrown) {
    if (Failure.from(thrown).code() != Code.UNREADABLE_VALUE) {
      return Future.failedFuture(thrown);
    }
    if (ids.size() == 1) {
      return Future.succeededFuture(List.of(Optional.of(Document.stored(Buffer.buffer()))));
    }
    List<Future<List<Optional<Document>>>> each =
        ids.stream().map(id -> documents(kind, List.of(id))).toList();
    return Future.all(each)
        .map(done -> each.stream().flatMap(one -> one.result().stream()).toList());
  }

  Future<@Nullable List<Status>> feed(StatusKind kind, String id, String after) {
    RedisScript.Call call =
        RedisScript.call().key(keys.feed(kind, id)).arg(after).arg(LimitedBytes.MOST);
    return line.read(FEED, call)
        .map(
            entries ->
                entries == null
                    ? null
                    : entries.stream()
                        .map(entry -> RedisFeed.status(keys.space(), kind, id, entry))
                        .toList());
  }

  Future<List<Long>> durations(StatusKind kind) {
    String key = keys.durations(kind);
    return RedisIndex.list(line, key)
        .read(Request.cmd(Command.LRANGE).arg(key).arg(0).arg(MOST_DURATIONS))
        .map(
            reply ->
                reply == null
                    ? List.of()
                    : reply.stream()
                        .map(Response::toString)
                        .filter(text -> Digits.isNumber(text, 15))
                        .map(Long::valueOf)
                        .toList());
  }

  Future<CeleryResult.@Nullable Meta> celery(String id) {
    String key = keys.celery(id);
    return line.read(
            Request.cmd(Command.GETRANGE).arg(key).arg(0).arg(LimitedBytes.MOST - 1),
            Request.cmd(Command.STRLEN).arg(key))
        .map(
            replies -> {
              long length = replies.get(1).toLong();
              return length == 0
                  ? null
                  : new CeleryResult.Meta(Document.stored(replies.get(0).toBuffer()), length);
            })
        .compose(
            meta ->
                meta == null || !meta.isRetry()
                    ? Future.<CeleryResult.@Nullable Meta>succeededFuture(meta)
                    : expiry(key).map(meta::expiringAt));
  }

  /** When a key expires, in ms; 0 if it does not expire, or does not exist. */
  private Future<Long> expiry(String key) {
    return line.read(EXPIRES, RedisScript.call().key(key))
        .map(reply -> reply == null ? 0L : reply.toLong());
  }
}
