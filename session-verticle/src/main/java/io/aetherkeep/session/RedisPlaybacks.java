package io.aetherkeep.session;

import static io.aetherkeep.session.RedisSessions.readable;

import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisDue;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the sessions of a space play, in Redis: a hash each, its sockets' leases beside it. */
final class RedisPlaybacks implements PlaybackStore {

  private static final RedisScript REPORT = script("report.lua");
  private static final RedisScript POSITION = script("position.lua");
  private static final RedisScript KEEP = script("keep.lua");
  private static final RedisScript LEAVE = script("leave.lua");
  private static final RedisScript LAPSE = script("lapse.lua");
  private static final RedisScript OVER = script("over.lua");
  private static final RedisScript RESUME = script("resume.lua");
  private static final RedisScript RESERVE =
      RedisScript.beside(RedisPlaybacks.class, "reserve.lua");
  private static final RedisScript ENTER = RedisScript.beside(RedisPlaybacks.class, "enter.lua");

  private static RedisScript script(String file) {
    return RedisScript.beside(RedisPlaybacks.class, "playback.lua", file);
  }

  private static final List<String> FIELDS =
      List.of("podcastId", "state", "positionMs", "rate", "updatedAt", "seq", "user");

  private final RedisLine line;
  private final RedisPlaybackKeys keys;
  private final RedisSessionKeys sessions;
  private final InstantSource clock;
  private final RedisDue index;

  RedisPlaybacks(RedisLine line, Space space, InstantSource clock) {
    this.line = line;
    this.keys = new RedisPlaybackKeys(space);
    this.sessions = new RedisSessionKeys(space);
    this.clock = clock;
    this.index = new RedisDue(line, keys.due(), clock);
  }

  private long leaseEnd() {
    return clock.millis() + Leases.LENGTH.toMillis();
  }

  private String iso() {
    return Moment.iso(clock.instant());
  }

  /** Plain commands in one write; a session that ended leaves nothing that this could find. */
  @Override
  public Future<Optional<Playing>> read(String id) {
    return line.read(
            Request.cmd(Command.EXISTS).arg(sessions.session(id)),
            Request.cmd(Command.HEXISTS).arg(sessions.facts(id)).arg("ended"),
            fields(id),
            Request.cmd(Command.ZCOUNT)
                .arg(keys.connections(id))
                .arg("(" + clock.millis())
                .arg("+inf"),
            Request.cmd(Command.ZSCORE).arg(keys.connections(id)).arg(Change.PLAIN))
        .transform(
            read ->
                read.succeeded()
                    ? Future.succeededFuture(lives(read.result()))
                    : readable(read.cause()));
  }

  private Optional<Playing> lives(List<@Nullable Response> replies) {
    Response plain = replies.get(4);
    boolean leased = plain != null && plain.toDouble() > clock.millis();
    return is(replies.get(0), 1) && is(replies.get(1), 0)
        ? Optional.of(
            playing(
                Objects.requireNonNull(replies.get(2)),
                Objects.requireNonNull(replies.get(3)).toInteger() - (leased ? 1 : 0)))
        : Optional.empty();
  }

  private static boolean is(@Nullable Response reply, int number) {
    return reply != null && reply.toInteger() == number;
  }

  private static Playing playing(Response fields) {
    return playing(fields, (int) number(fields.get(7)));
  }

  private static Playing playing(Response fields, int sockets) {
    return new Playing(
        text(fields.get(0)),
        State.of(text(fields.get(1))),
        number(fields.get(2)),
        rate(text(fields.get(3))),
        text(fields.get(4)),
        number(fields.get(5)),
        text(fields.get(6)),
        sockets);
  }

  private static String text(@Nullable Response part) {
    return part == null ? "" : part.toString();
  }

  /** A foreign service may write anything there. */
  private static long number(@Nullable Response part) {
    String text = text(part);
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
  }

  private static double rate(String text) {
    return text.matches("[0-9]{1,2}(\\.[0-9]{1,17})?") ? Double.parseDouble(text) : 1;
  }

  @Override
  public Future<Playing> look(String id) {
    return line.read(fields(id)).map(read -> playing(Objects.requireNonNull(read.get(0)), 0));
  }

  private Request fields(String id) {
    Request fields = Request.cmd(Command.HMGET).arg(keys.playback(id));
    FIELDS.forEach(fields::arg);
    return fields;
  }

  @Override
  public Future<Outcome> report(String id, Change change) {
    RedisScript.Call call =
        keys.onPlayback(id)
            .arg(clock.millis())
            .arg(iso())
            .arg(keys.lifetimeMillis())
            .arg(said(change.state()))
            .arg(said(change.podcast()))
            .arg(said(change.positionMs()))
            .arg(change.rate() == null ? "" : Playing.rateText(change.rate()))
            .arg(said(change.seq()))
            .arg(change.connection())
            .arg(leaseEnd())
            .arg(change.user());
    Playing waiting = change.waiting();
    call.arg(waiting == null ? "" : Long.toString(waiting.seq()))
        .arg(waiting == null ? "" : Long.toString(waiting.positionMs()))
        .arg(waiting == null ? "" : waiting.updatedAt())
        .arg(waiting == null ? "" : waiting.podcast());
    return line.run(REPORT, call)
        .transform(
            reply ->
                reply.succeeded()
                    ? Future.succeededFuture(outcome(reply.result()))
                    : readable(reply.cause()));
  }

  private static String said(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static Outcome outcome(Response reply) {
    return switch (reply.get(0).toInteger()) {
      case 1 -> new Outcome(Result.TAKEN, playing(reply.get(1)), playing(reply.get(2)));
      case 0 -> new Outcome(Result.LATE, playing(reply.get(1)), playing(reply.get(2)));
      default -> new Outcome(Result.EMPTY, Playing.NOTHING, Playing.NOTHING);
    };
  }

  @Override
  public Future<Written> position(String id, Playing playing) {
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.playback(id))
            .key(keys.connections(id))
            .arg(clock.millis())
            .arg(keys.lifetimeMillis())
            .arg(playing.seq())
            .arg(playing.positionMs())
            .arg(playing.updatedAt())
            .arg(playing.podcast());
    return line.read(POSITION, call)
        .map(reply -> new Written(reply.get(0).toInteger() == 1, playing(reply.get(1))));
  }

  @Override
  public Future<Playing> keep(String id, Collection<String> connections) {
    RedisScript.Call call =
        keys.onPlayback(id).arg(clock.millis()).arg(leaseEnd()).arg(keys.lifetimeMillis());
    connections.forEach(call::arg);
    return line.read(KEEP, call)
        .transform(
            reply ->
                reply.succeeded()
                    ? Future.succeededFuture(playing(reply.result()))
                    : readable(reply.cause()));
  }

  @Override
  public Future<Long> leave(String id, String connection) {
    return line.run(LEAVE, keys.onPlayback(id).arg(clock.millis()).arg(connection))
        .map(reply -> (long) Double.parseDouble(reply.toString()));
  }

  @Override
  public Future<Lapse> lapse(String id) {
    return line.run(
            LAPSE, keys.onPlayback(id).arg(clock.millis()).arg(iso()).arg(keys.lifetimeMillis()))
        .map(
            reply ->
                new Lapse(
                    (long) Double.parseDouble(reply.get(0).toString()),
                    reply.size() == 1
                        ? Optional.empty()
                        : Optional.of(
                            new Outcome(
                                Result.TAKEN, playing(reply.get(1)), playing(reply.get(2))))));
  }

  @Override
  public Future<Optional<Playing>> over(String id) {
    return line.run(OVER, keys.onPlayback(id).arg(clock.millis()))
        .map(reply -> Optional.ofNullable(reply).map(RedisPlaybacks::playing));
  }

  @Override
  public Future<Void> resume(String id, Playing playing) {
    RedisScript.Call call =
        keys.onPlayback(id)
            .arg(clock.millis())
            .arg(leaseEnd())
            .arg(keys.lifetimeMillis())
            .arg(playing.podcast())
            .arg(playing.state().word())
            .arg(playing.positionMs())
            .arg(Playing.rateText(playing.rate()))
            .arg(playing.updatedAt())
            .arg(playing.seq())
            .arg(playing.user());
    return line.run(RESUME, call).mapEmpty();
  }

  @Override
  public Future<Void> clear(String id) {
    return line.send(Request.cmd(Command.UNLINK).arg(keys.playback(id)).arg(keys.connections(id)))
        .mapEmpty();
  }

  @Override
  public Future<Void> due(Map<String, Long> at) {
    if (at.isEmpty()) {
      return Future.succeededFuture();
    }
    Request request = Request.cmd(Command.ZADD).arg(keys.due());
    at.forEach((id, time) -> request.arg(time).arg(id));
    return line.send(request).mapEmpty();
  }

  @Override
  public Future<Void> notDue(String id) {
    return line.send(Request.cmd(Command.ZREM).arg(keys.due()).arg(id)).mapEmpty();
  }

  @Override
  public Future<SessionIndex.Claim> claim(int most) {
    return index.claim(most).map(claim -> new SessionIndex.Claim(claim.ids(), claim.until()));
  }

  @Override
  public Future<Void> settle(SessionIndex.Claim claim, Map<String, Long> next) {
    return index.settle(new RedisDue.Claim(claim.ids(), claim.until()), next);
  }

  @Override
  public Future<Long> count() {
    return line.send(Request.cmd(Command.ZCOUNT).arg(keys.due()).arg(clock.millis()).arg("+inf"))
        .map(Response::toLong);
  }

  @Override
  public Future<Boolean> reserve(String user, String id, int most) {
    RedisScript.Call call =
        RedisScript.call()
            .key(keys.streams(user))
            .arg(clock.millis())
            .arg(id)
            .arg(leaseEnd())
            .arg(most)
            .arg("refuse");
    return line.run(RESERVE, call).map(reply -> reply.get(0).toInteger() == 1);
  }

  @Override
  public Future<Void> hold(List<Listener> streams) {
    List<Future<?>> all =
        streams.stream()
            .<Future<?>>map(
                stream ->
                    line.read(
                        ENTER,
                        RedisScript.call()
                            .key(keys.streams(stream.user()))
                            .arg(clock.millis())
                            .arg("ends")
                            .arg(leaseEnd())
                            .arg(stream.session())))
            .toList();
    return Future.all(all).mapEmpty();
  }

  @Override
  public Future<Void> release(String user, String id) {
    return line.send(Request.cmd(Command.ZREM).arg(keys.streams(user)).arg(id)).mapEmpty();
  }
}
