package io.aetherkeep.stream.store;

import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.stream.settings.StreamSettings.Bounds;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Store of one space's streams in Redis, on one event loop: one script for each operation. */
public final class RedisStreams {

  private static final RedisScript CREATE = script("create.lua");
  private static final RedisScript APPEND =
      RedisScript.repairing(
          RedisStreams.class, "chunk.lua", "append_fast.lua", "stream.lua", "append.lua");
  private static final RedisScript READ = script("read.lua");
  private static final RedisScript DESCRIBE = script("describe.lua");
  private static final RedisScript DELETE = script("delete.lua");
  private static final RedisScript CLOSE = script("close.lua");
  private static final RedisScript RETAIN = script("retain.lua");
  private static final RedisScript RELEASE = script("release.lua");
  private static final RedisScript FINISH = script("finish.lua");
  private static final RedisScript DUE = script("due.lua");

  /** Time for which a source keeps data for its forks after a sweep, in case all sweepers fail. */
  private static final Duration KEPT_FOR_FORKS = Duration.ofDays(1);

  private final RedisLine line;
  private final RedisGroupCommit appends;
  private final StreamKeys keys;
  private final Bounds bounds;
  private final String retainedBytes;
  private final String retainedMillis;

  /** Arguments common to all groups of appends. */
  private final RedisScript.Call common;

  private final Supplier<Duration> lifetime;

  public RedisStreams(RedisLine line, StreamKeys keys, Bounds bounds, Supplier<Duration> lifetime) {
    this.line = line;
    this.appends = new RedisGroupCommit(line, APPEND, this::appending);
    this.keys = keys;
    this.bounds = bounds;
    this.retainedBytes = bounds.retainedBytes() == 0 ? "" : Long.toString(bounds.retainedBytes());
    this.retainedMillis =
        bounds.retainedFor().isZero() ? "" : Long.toString(bounds.retainedFor().toMillis());
    this.common =
        keys.beginnings(RedisScript.call().arg(bounds.maxStreamBytes()))
            .arg(retainedBytes)
            .arg(retainedMillis);
    this.lifetime = lifetime;
  }

  private static RedisScript script(String file) {
    return RedisScript.repairing(RedisStreams.class, "chunk.lua", "stream.lua", file);
  }

  public Space space() {
    return keys.space();
  }

  public Bounds bounds() {
    return bounds;
  }

  /** Result of a script with its stream; null after a refusal. */
  public record Found(Verdict verdict, @Nullable StoredStream stream) {}

  /** Configuration of a stream to create. */
  public record Plan(
      ContentType type,
      @Nullable Long ttlSeconds,
      @Nullable Long fixed,
      boolean closed,
      Buffer body,
      StreamExtras extras,
      Inheritance inherited,
      String asked) {

    public Plan inheriting(Inheritance other) {
      return new Plan(type, ttlSeconds, fixed, closed, body, extras, other, asked);
    }
  }

  /**
   * Data that a fork inherits.
   *
   * @param first first retained byte of the source
   * @param epochs epochs of the source up to the fork's position
   */
  public record Inheritance(String source, long first, long base, String epochs) {
    public static final Inheritance NONE = new Inheritance("", 0, 0, "");
  }

  public Future<Found> create(String path, Plan plan) {
    Long ttl = plan.ttlSeconds;
    long millis = ttl == null ? lifetime.get().toMillis() : ttl * 1000;
    RedisScript.Call call =
        keys.call(path)
            .arg(plan.type.text())
            .arg(plan.type.media())
            .arg(text(ttl))
            .arg(text(plan.fixed))
            .arg(plan.closed ? "1" : "")
            .arg(plan.body)
            .arg(line.serverRun(keys.stream(path)))
            .arg(keys.channel(path))
            .arg(millis)
            .arg(plan.asked)
            .arg(plan.inherited.source())
            .arg(plan.inherited.base())
            .arg(plan.inherited.epochs())
            .arg(lease(plan.extras.leaseSeconds()))
            .arg(text(plan.extras.session()))
            .arg(text(plan.extras.text()))
            .arg(text(plan.extras.status()))
            .arg(bounds.maxStreamBytes())
            .arg(plan.inherited.first());
    return line.run(CREATE, call).map(RedisStreamReplies::found);
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static String lease(@Nullable Long seconds) {
    return seconds == null ? "" : Long.toString(seconds * 1000);
  }

  /** Result of an append: the tail, and details of a refusal. */
  public record Written(
      Verdict verdict, @Nullable Offset tail, boolean closed, String first, String second) {}

  public Future<Written> append(AppendToStream ask, String media, Buffer body) {
    RedisScript.Call call =
        RedisScript.call().key(keys.stream(ask.path())).arg(body).arg(letters(ask) + " " + media);
    Producer producer = ask.producer();
    if (producer != null) {
      call.arg(producer.id()).arg(producer.epoch()).arg(producer.seq());
    }
    if (ask.sequence() != null) {
      call.arg(ask.sequence());
    }
    if (ask.leaseSeconds() != null) {
      call.arg(lease(ask.leaseSeconds()));
    }
    return appends.add(ask.path(), call, body.length()).map(RedisStreamReplies::written);
  }

  /** Letters for the optional arguments that follow, and for closing the stream. */
  private static String letters(AppendToStream ask) {
    return (ask.producer() == null ? "" : "p")
        + (ask.sequence() == null ? "" : "s")
        + (ask.leaseSeconds() == null ? "" : "l")
        + (ask.closes() ? "c" : "");
  }

  /** The call's arguments before the appends of a group. */
  private RedisScript.Call appending(String path) {
    String run = line.serverRun(keys.stream(path));
    return RedisScript.call().arg(run).with(common);
  }

  /** Slice of a stream: its bytes and their position. */
  public record Piece(Verdict verdict, @Nullable StoredStream stream, long from, Buffer bytes) {}

  /** Reads a stream from a named place or an offset, which counts as use. */
  public Future<Piece> read(String path, String place, @Nullable Offset offset, long most) {
    return read(path, place, offset, most, "");
  }

  /**
   * Reads a source's bytes for a fork, which does not count as use of the source.
   *
   * @param bound end of the bytes that the fork inherits, in the epoch of the last of them
   */
  public Future<Piece> readInherited(String path, long position, Offset bound, long most) {
    Offset from = new Offset(bound.epoch(), position);
    return read(path, "at", from, most, Long.toString(bound.position()));
  }

  private Future<Piece> read(
      String path, String place, @Nullable Offset offset, long most, String bound) {
    RedisScript.Call call =
        keys.call(path)
            .arg(place)
            .arg(offset == null ? 0 : offset.epoch())
            .arg(offset == null ? 0 : offset.position())
            .arg(most)
            .arg(line.serverRun(keys.stream(path)))
            .arg(bound)
            .arg(retainedBytes)
            .arg(retainedMillis);
    return line.read(READ, call).map(RedisStreamReplies::piece);
  }

  /**
   * Describes a stream. A path that no stream can have is unknown: a key of another client, or an
   * entry of an earlier version, can have one.
   */
  public Future<Found> describe(String path) {
    if (!StreamKeys.isPath(path)) {
      return Future.succeededFuture(new Found(Verdict.UNKNOWN, null));
    }
    return line.read(DESCRIBE, keys.call(path)).map(RedisStreamReplies::found);
  }

  /** Result of a deletion, and the source of a deleted fork; empty if it was no fork. */
  public record Removed(Verdict verdict, String source) {}

  public Future<Removed> delete(String path) {
    return line.run(DELETE, keys.call(path).arg(keys.channel(path)))
        .map(
            answer ->
                new Removed(RedisStreamReplies.verdict(answer), RedisStreamReplies.second(answer)));
  }

  public Future<Found> stop(String path, String reason) {
    return close(path, "stopped", reason);
  }

  public Future<Found> abandon(String path) {
    return close(path, "abandoned", "");
  }

  private Future<Found> close(String path, String how, String why) {
    return line.run(CLOSE, keys.call(path).arg(how).arg(why).arg(keys.channel(path)))
        .map(RedisStreamReplies::found);
  }

  /** Result of entering a fork, and the first byte that the source retains. */
  public record Retained(Verdict verdict, long first) {}

  /** Enters a fork at its source, with its position. */
  public Future<Retained> retain(String path, String fork, long position) {
    return line.run(RETAIN, keys.call(path).arg(fork).arg(KEPT_FOR_FORKS.toMillis()).arg(position))
        .map(
            answer ->
                new Retained(
                    RedisStreamReplies.verdict(answer),
                    Long.parseLong(RedisStreamReplies.second(answer))));
  }

  /** Removes a fork's entry; returns the source's own source if that must be updated too. */
  public Future<String> release(String path, String fork) {
    return release(path, fork, "");
  }

  /** Removes a fork's entry like {@link #release}, unless the fork may be in creation. */
  public Future<String> prune(String path, String fork) {
    return release(path, fork, "1");
  }

  private Future<String> release(String path, String fork, String unlessInCreation) {
    return line.run(RELEASE, keys.call(path).arg(fork).arg(unlessInCreation))
        .map(RedisStreamReplies::second);
  }

  /** Records that a stream was copied, unless another one is at its path. */
  public Future<Void> finish(String path, String identity) {
    return line.run(FINISH, keys.call(path).arg(identity)).mapEmpty();
  }

  /**
   * State of a stream for the sweep.
   *
   * @param leaseUntil end of its lease
   * @param forks some of its forks that are not in creation
   * @param grown whether its status must be updated
   * @param forked whether it has forks
   */
  public record Due(
      Verdict verdict,
      @Nullable StoredStream stream,
      long leaseUntil,
      List<String> forks,
      boolean grown,
      boolean forked) {}

  public Future<Due> due(String path) {
    return line.run(DUE, keys.call(path).arg(KEPT_FOR_FORKS.toMillis()))
        .map(RedisStreamReplies::due);
  }
}
