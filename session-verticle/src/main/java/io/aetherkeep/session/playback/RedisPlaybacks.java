package io.aetherkeep.session.playback;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisTurnBatch;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.Timestamp;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Playback in Redis: a hash for each session. */
public final class RedisPlaybacks implements PlaybackStore {

  private static final RedisScript REPORT = announcing("report.lua");
  private static final RedisScript POSITION = script("position.lua");
  private static final RedisScript EXPIRE = announcing("expire.lua");
  private static final RedisScript REMOVE = script("remove.lua");
  private static final RedisScript RESUME = script("resume.lua");
  private static final RedisScript READ = script("read.lua");
  private static final RedisScript RECOVER = announcing("recover.lua");
  private static final RedisScript GIVE_WAY = announcing("give-way.lua");

  private static RedisScript script(String file) {
    return RedisScript.timed(RedisPlaybacks.class, "playback.lua", file);
  }

  private static RedisScript announcing(String file) {
    return RedisScript.timed(RedisPlaybacks.class, "playback.lua", "announce-playback.lua", file);
  }

  private static RedisScript.Call announcing(RedisScript.Call call, String id) {
    return call.event("session/" + id, "session", id);
  }

  private static final List<String> FIELDS =
      List.of("podcastId", "state", "positionMs", "rate", "updatedAt", "seq", "user");

  private final RedisLine line;
  private final RedisPlaybackKeys keys;
  private final RedisSessionKeys sessions;
  private final InstantSource clock;
  private final RedisTime time;
  private final RedisTurnBatch<String, Boolean> existing;
  private final PlaybackLeases leases;

  public RedisPlaybacks(
      RedisLine line, Space space, InstantSource clock, RedisTime time, PlaybackLeases leases) {
    this.line = line;
    this.keys = new RedisPlaybackKeys(space);
    this.sessions = new RedisSessionKeys(space);
    this.clock = clock;
    this.time = time;
    this.existing = new RedisTurnBatch<>(line, (all, ids) -> exist(ids));
    this.leases = leases;
  }

  private RedisScript.Call on(String id) {
    return keys.onPlayback(id).arg(time);
  }

  private String iso() {
    return Timestamp.iso(clock.instant());
  }

  /** Uses plain commands in one write. An ended session has no playback that these could find. */
  @Override
  public Future<Optional<StoredPlayback>> read(String id) {
    return Future.all(
            line.read(
                Request.cmd(Command.EXISTS).arg(sessions.session(id)),
                Request.cmd(Command.HEXISTS).arg(sessions.facts(id)).arg("ended")),
            line.read(READ, on(id)))
        .map(
            read ->
                lives(read.resultAt(0))
                    ? Optional.of(RedisPlaybackReplies.playing(read.<Response>resultAt(1)))
                    : Optional.empty());
  }

  private static boolean lives(List<@Nullable Response> replies) {
    return is(replies.get(0), 1) && is(replies.get(1), 0);
  }

  private static boolean is(@Nullable Response reply, int number) {
    return reply != null && reply.toInteger() == number;
  }

  @Override
  public Future<StoredPlayback> peek(String id) {
    return line.read(fields(id))
        .map(read -> RedisPlaybackReplies.playing(Objects.requireNonNull(read.get(0))));
  }

  @Override
  public boolean isInOrder() {
    return !line.isCluster();
  }

  @Override
  public <T> Future<T> behind(Future<?> writes, Supplier<Future<T>> then) {
    return line.behind(writes, then);
  }

  private Request fields(String id) {
    Request fields = Request.cmd(Command.HMGET).arg(keys.playback(id));
    FIELDS.forEach(fields::arg);
    return fields;
  }

  @Override
  public Future<Outcome> report(String id, Change change) {
    RedisScript.Call call =
        on(id)
            .arg(iso())
            .arg(keys.lifetimeMillis())
            .arg(orEmpty(change.state()))
            .arg(orEmpty(change.podcast()))
            .arg(orEmpty(change.positionMs()))
            .arg(change.rate() == null ? "" : StoredPlayback.rateText(change.rate()))
            .arg(orEmpty(change.seq()))
            .arg(change.connection())
            .arg(Leases.LENGTH.toMillis())
            .arg(change.user());
    return line.run(
            REPORT, announcing(with(call, change.waiting()).arg(orEmpty(change.turn())), id))
        .map(RedisPlaybackReplies::outcome);
  }

  private static String orEmpty(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  @Override
  public Future<Written> position(String id, StoredPlayback playing) {
    RedisScript.Call call =
        on(id)
            .arg(keys.lifetimeMillis())
            .arg(playing.seq())
            .arg(playing.positionMs())
            .arg(playing.updatedAt())
            .arg(playing.podcast());
    return line.read(POSITION, call)
        .map(
            reply ->
                new Written(
                    reply.get(0).toInteger() == 1, RedisPlaybackReplies.playing(reply.get(1))));
  }

  @Override
  public Future<LeaseCheck> expire(String id) {
    return line.run(EXPIRE, announcing(on(id).arg(iso()).arg(keys.lifetimeMillis()), id))
        .map(RedisPlaybackReplies::leaseCheck);
  }

  @Override
  public Future<Optional<Outcome>> recover(String id, long lapsedAt) {
    return changed(
        RECOVER, announcing(on(id).arg(iso()).arg(keys.lifetimeMillis()).arg(lapsedAt), id));
  }

  @Override
  public Future<Optional<Outcome>> giveWay(String id, long turn) {
    return changed(
        GIVE_WAY, announcing(on(id).arg(iso()).arg(keys.lifetimeMillis()).arg(turn), id));
  }

  private Future<Optional<Outcome>> changed(RedisScript script, RedisScript.Call call) {
    return line.run(script, call)
        .map(
            reply ->
                Optional.ofNullable(reply)
                    .map(both -> RedisPlaybackReplies.taken(both.get(0), both.get(1))));
  }

  @Override
  public Future<Optional<StoredPlayback>> remove(String id) {
    return line.isCluster()
        ? removeExisting(id)
        : existing
            .add("", id)
            .compose(any -> any ? removeExisting(id) : Future.succeededFuture(Optional.empty()));
  }

  private Future<Optional<StoredPlayback>> removeExisting(String id) {
    return line.run(REMOVE, on(id))
        .map(reply -> Optional.ofNullable(reply).map(RedisPlaybackReplies::playing));
  }

  /** Whether any of the sessions has a playback or connections, in one command for all. */
  private Future<Boolean> exist(List<String> ids) {
    Request exist = Request.cmd(Command.EXISTS);
    ids.forEach(id -> exist.arg(keys.playback(id)).arg(keys.connections(id)));
    return line.send(exist).map(found -> found == null || found.toInteger() > 0);
  }

  @Override
  public Future<Optional<StoredPlayback>> resume(
      String id, String fresh, @Nullable StoredPlayback waiting) {
    return line.send(Request.cmd(Command.DUMP).arg(keys.playback(id)))
        .compose(
            stored ->
                stored == null
                    ? Future.succeededFuture(Optional.empty())
                    : leases
                        .due(Map.of(fresh, Leases.LENGTH.toMillis()))
                        .compose(due -> resume(fresh, stored.toBuffer(), waiting)));
  }

  private Future<Optional<StoredPlayback>> resume(
      String fresh, Buffer stored, @Nullable StoredPlayback waiting) {
    RedisScript.Call call =
        on(fresh).arg(stored).arg(Leases.LENGTH.toMillis()).arg(keys.lifetimeMillis());
    return line.run(RESUME, with(call, waiting))
        .map(reply -> Optional.ofNullable(reply).map(RedisPlaybackReplies::playing));
  }

  /** Adds a pending position as four arguments of a script. */
  private static RedisScript.Call with(RedisScript.Call call, @Nullable StoredPlayback waiting) {
    return call.arg(waiting == null ? "" : Long.toString(waiting.seq()))
        .arg(waiting == null ? "" : Long.toString(waiting.positionMs()))
        .arg(waiting == null ? "" : waiting.updatedAt())
        .arg(waiting == null ? "" : waiting.podcast());
  }

  @Override
  public Future<Void> clear(String id) {
    return line.send(Request.cmd(Command.UNLINK).arg(keys.playback(id)).arg(keys.connections(id)))
        .mapEmpty();
  }
}
