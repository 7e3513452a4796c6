package io.aetherkeep.session.store;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisTurnBatch;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.settings.SessionSettings;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Index of users' sessions in Redis: two sorted sets and the last log-out of each user, in one
 * slot.
 */
public final class RedisUserIndex implements UserIndex {

  private static final RedisScript REGISTER = script("register.lua");
  private static final RedisScript RENEW = script("renew.lua");
  private static final RedisScript DEREGISTER = script("deregister.lua");
  private static final RedisScript LOG_OUT = script("log-out.lua");
  private static final RedisScript SEARCH = script("search.lua");
  private static final RedisScript ADMIT = script("admit.lua");

  /**
   * Maximum number of sessions that one opening ends to enforce the user's limit. The next opening
   * ends the rest.
   */
  private static final int OTHERS = 250;

  private static RedisScript script(String file) {
    return RedisScript.timed(RedisUserIndex.class, "user-sessions.lua", file);
  }

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final RedisTime time;
  private final RedisTurnBatch<Entry, Void> ended;

  public RedisUserIndex(RedisLine line, Space space, RedisTime time) {
    this.line = line;
    this.keys = new RedisSessionKeys(space);
    this.time = time;
    this.ended = new RedisTurnBatch<>(line, (user, entries) -> deregister(user, entries, 0));
  }

  private RedisScript.Call call(String user) {
    return keys.onUser(user).arg(time);
  }

  private Future<Response> run(String user, RedisScript script, RedisScript.Call call) {
    return on(user, () -> line.run(script, call));
  }

  private Future<Response> on(String user, Supplier<Future<Response>> action) {
    return RedisTypes.healed(line, List.of(keys.ofUser(user), keys.order(user)), action);
  }

  private Future<Long> register(String user, String id, long ttlMillis, String how, String since) {
    return register(user, call(user).arg(id).arg(ttlMillis).arg(how).arg(since));
  }

  private Future<Long> register(String user, RedisScript.Call call) {
    return run(user, REGISTER, call).map(Response::toLong);
  }

  private static Optional<Long> unlessLoggedOut(long number) {
    return number == 0 ? Optional.empty() : Optional.of(number);
  }

  @Override
  public Future<Long> register(String user, String id, long ttlMillis) {
    return register(user, id, ttlMillis, "new", "");
  }

  @Override
  public Future<Optional<Long>> registerKnown(
      String user, String id, long ttlMillis, Instant since, @Nullable Instant created) {
    RedisScript.Call call =
        call(user).arg(id).arg(ttlMillis).arg("since").arg(since.toEpochMilli());
    return register(user, call.arg(created == null ? "" : Long.toString(created.toEpochMilli())))
        .map(RedisUserIndex::unlessLoggedOut);
  }

  @Override
  public Future<Optional<Long>> registerInstead(
      String user, String id, long ttlMillis, String replaced) {
    return register(user, id, ttlMillis, "instead", replaced).map(RedisUserIndex::unlessLoggedOut);
  }

  @Override
  public Future<Boolean> renew(String user, String id, long ttlMillis) {
    return run(user, RENEW, call(user).arg(id).arg(ttlMillis)).map(reply -> reply.toInteger() == 1);
  }

  @Override
  public Future<Void> leave(String user, String id, @Nullable Long number) {
    if (user.isEmpty()) {
      return Future.succeededFuture();
    }
    return number == null
        ? run(user, DEREGISTER, call(user).arg(STALE.toMillis()).arg(id).arg("")).mapEmpty()
        : ended.add(user, new Entry(id, number));
  }

  private Future<Void> deregister(String user, List<Entry> entries, long age) {
    RedisScript.Call call = call(user).arg(age);
    entries.forEach(entry -> call.arg(entry.id()).arg(entry.number()));
    return run(user, DEREGISTER, call).mapEmpty();
  }

  @Override
  public Future<Void> forget(String user, List<Entry> entries) {
    return entries.isEmpty()
        ? Future.succeededFuture()
        : deregister(user, entries, STALE.toMillis());
  }

  @Override
  public Future<List<Entry>> page(String user, long below, int count) {
    Request page =
        Request.cmd(Command.ZRANGE)
            .arg(keys.order(user))
            .arg("(" + below)
            .arg("-inf")
            .arg("BYSCORE")
            .arg("REV")
            .arg("LIMIT")
            .arg(0)
            .arg(count)
            .arg("WITHSCORES");
    return on(user, () -> line.send(page)).map(reply -> entries(reply, 0));
  }

  private static List<Entry> entries(Response reply, int from) {
    List<Entry> entries = new ArrayList<>(reply.size());
    for (int i = from; i < reply.size(); i++) {
      Response part = reply.get(i);
      // RESP3 has pairs where RESP2 has a flat list.
      entries.add(
          part.type() == ResponseType.MULTI
              ? entry(part.get(0), part.get(1))
              : entry(part, reply.get(++i)));
    }
    return entries;
  }

  private static Entry entry(Response id, Response number) {
    String text = number.toString();
    return new Entry(id.toString(), text.isEmpty() ? 0 : (long) Double.parseDouble(text));
  }

  @Override
  public Future<Logout> logOut(String user, String except, Duration remembered) {
    return run(
            user,
            LOG_OUT,
            call(user).arg(remembered.toMillis()).arg(except).arg(SEARCHING.toMillis()))
        .map(
            reply -> {
              long excepted = reply.get(1).toLong();
              return new Logout(reply.get(0).toLong(), excepted == 0 ? null : excepted);
            });
  }

  @Override
  public Future<Long> lastLogout(String user) {
    return line.send(Request.cmd(Command.GET).arg(keys.logout(user)))
        .map(reply -> reply == null ? 0 : Long.parseLong(reply.toString().split(" ", 2)[0]));
  }

  @Override
  public Future<Void> searching(String user, long number, boolean goesOn, Duration remembered) {
    RedisScript.Call call = call(user).arg(remembered.toMillis()).arg(number);
    return run(user, SEARCH, call.arg(goesOn ? SEARCHING.toMillis() : 0)).mapEmpty();
  }

  @Override
  public Future<CapResult> admit(
      String user, String id, long ttlMillis, SessionSettings.Cap cap, long begun) {
    RedisScript.Call call =
        call(user)
            .arg(id)
            .arg(ttlMillis)
            .arg(cap.most())
            .arg(cap.rule().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .arg(begun)
            .arg(OTHERS);
    return run(user, ADMIT, call)
        .map(
            reply -> {
              long number = reply.get(0).toLong();
              return number < 0
                  ? new LoggedOut()
                  : number == 0
                      ? new Full(entries(reply, 1))
                      : new Admitted(number, entries(reply, 1));
            });
  }
}
