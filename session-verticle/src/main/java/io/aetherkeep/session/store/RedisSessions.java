package io.aetherkeep.session.store;

import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisTypes;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.layout.FieldNames;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sessions of a space in Redis, in the form of strings or hashes. */
public final class RedisSessions implements SessionStore {

  private static final RedisScript OPEN = RedisScript.timed(RedisSessions.class, "open.lua");
  private static final RedisScript ADOPT = RedisScript.beside(RedisSessions.class, "adopt.lua");
  private static final RedisScript MENTIONS =
      RedisScript.beside(RedisSessions.class, "mentions.lua");
  private static final RedisScript SETTLE =
      RedisScript.beside(RedisSessions.class, "settle-copy.lua");
  private static final RedisScript RESOLVE = RedisScript.beside(RedisSessions.class, "resolve.lua");
  static final RedisScript FINISH = RedisScript.beside(RedisSessions.class, "finish.lua");

  /** Value of a tombstone of a session that was not rotated. */
  private static final String NOT_ROTATED = "1";

  /** User ids that JSON writers do not escape. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.@-]+");

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final String ends;
  private final RedisSessionForm form;
  private final String userField;
  private final FactsCache recent;
  private final RedisTime time;
  private final RedisHistoryLists lists;
  private final RedisSessionReads reads;
  private final RedisRotation rotation;

  public RedisSessions(
      RedisLine line, Space space, String ends, FactsCache recent, RedisTime time) {
    this.time = time;
    this.ends = ends;
    this.recent = recent;
    this.line = line;
    this.keys = new RedisSessionKeys(space);
    this.form = RedisForms.of(space.dialect());
    this.userField =
        space.dialect() == Dialect.COUNCIL ? FieldNames.of(space.dialect()).user() : "";
    this.lists = new RedisHistoryLists(line, keys);
    this.reads = new RedisSessionReads(line, keys, form, recent, lists);
    this.rotation = new RedisRotation(line, keys, ends, time);
  }

  @Override
  public Future<Opening> open(StoredSession session, Duration lifetime) {
    boolean usual = lifetime.equals(keys.lifetime());
    return open(
        session,
        lifetime.toMillis(),
        usual ? "" : Long.toString(lifetime.toMillis()),
        Document.of("[]"),
        true);
  }

  @Override
  public Future<Boolean> restore(StoredSession session, @Nullable Document history) {
    return open(
            session, session.ttlMillis(), "", history == null ? Document.of("[]") : history, false)
        .map(opening -> opening == Opening.OPENED);
  }

  /** The subject of a session's events. */
  static String subject(String id) {
    return "session/" + id;
  }

  private Future<Opening> open(
      StoredSession session, long millis, String own, Document history, boolean announced) {
    String created = session.facts().createdAt();
    RedisScript.Call call =
        keys.onAll(session.id())
            .arg(time)
            .arg(form.type())
            .arg(millis)
            .arg(own)
            .arg(created == null ? "" : created)
            .arg(session.noted())
            .arg(orEmpty(session.facts().number()));
    form.addValue(call, session.body(), history);
    if (announced) {
      call.event(subject(session.id()), "id", session.id());
    }
    recent.forget(session.id());
    return line.run(OPEN, call)
        .map(RedisSessions::opening)
        .compose(
            opening ->
                opening == Opening.OPENED
                    ? lists.remove(session.id()).map(opening)
                    : Future.succeededFuture(opening));
  }

  private static Opening opening(Response reply) {
    return switch (reply.toInteger()) {
      case 1 -> Opening.OPENED;
      case 0 -> Opening.TAKEN;
      case 2 -> Opening.ENDED;
      default -> Opening.LATE;
    };
  }

  private static String orEmpty(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  @Override
  public Future<Optional<StoredSession>> use(String id) {
    return reads.use(id);
  }

  @Override
  public Future<Optional<StoredSession>> peek(String id) {
    return reads.peek(id);
  }

  @Override
  public Future<Boolean> keep(String id) {
    return reads.keep(id);
  }

  @Override
  public Future<Boolean> extend(String id, Duration lifetime) {
    return reads.extend(id, lifetime);
  }

  @Override
  public void changed(String id) {
    reads.changed(id);
  }

  @Override
  public void ended(String id) {
    recent.forget(id);
  }

  @Override
  public Future<Boolean> mayBelongTo(String id, Set<String> users) {
    RedisScript.Call call = RedisScript.call().key(keys.session(id)).arg(userField);
    users.forEach(user -> call.arg(PLAIN.matcher(user).matches() ? user : ""));
    return line.run(MENTIONS, call).map(reply -> reply.toInteger() == 1);
  }

  @Override
  public Future<Change> change(
      StoredSession seen, SessionBody body, boolean whole, @Nullable Long number) {
    RedisScript.Call call = keys.onTwo(seen.id());
    form.addChange(call, seen, body, whole, keys.activity(), orEmpty(number));
    return line.run(form.swap(), call)
        .compose(
            reply -> {
              if (reply == null) {
                return Future.succeededFuture(new Gone());
              }
              if (reply.get(0).toInteger() == 1) {
                // The swap restarted the lifetime by the stored facts.
                recent.forget(seen.id());
                lists.keep(seen.id(), reply.get(1).toLong());
                return Future.succeededFuture(new Changed(seen.with(body, reply.get(1).toLong())));
              }
              return reads.found(seen.id(), reply.size() > 1 ? reply : null, 1).map(Overtaken::new);
            });
  }

  @Override
  public Future<Boolean> adopt(StoredSession session, @Nullable Long number) {
    recent.forget(session.id());
    return line.run(ADOPT, keys.onTwo(session.id()).arg(session.noted()).arg(orEmpty(number)))
        .map(RedisSessions::isOne);
  }

  @Override
  public Future<End> end(
      String id, Duration remembered, boolean evenIfAbsent, @Nullable Ending reason) {
    recent.forget(id);
    Future<End> ended =
        RedisTypes.healed(
                line,
                "hash",
                List.of(keys.facts(id)),
                () -> line.run(FINISH, finish(id, remembered, evenIfAbsent, reason)))
            .map(
                reply ->
                    new End(
                        isOne(reply.get(0)),
                        reply.get(0).toInteger() == 2,
                        StoredSession.user(reply.get(1).toString()),
                        numberOrNull(reply, 2),
                        textOrNull(reply, 3),
                        reply.get(4).toString()));
    return ended.compose(done -> lists.remove(id).map(done));
  }

  private RedisScript.Call finish(
      String id, Duration remembered, boolean evenIfAbsent, @Nullable Ending reason) {
    RedisScript.Call call =
        keys.onAll(id)
            .arg(remembered.toMillis())
            .arg("")
            .arg("")
            .arg(evenIfAbsent ? "always" : "")
            .arg(ends)
            .arg(id)
            .arg("");
    return reason == null ? call : announced(call, id, reason);
  }

  static RedisScript.Call announced(RedisScript.Call call, String id, Ending reason) {
    return call.event(subject(id), "id", id, "reason", reason.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public Future<Boolean> move(String id, String fresh, @Nullable Long number, Duration remembered) {
    recent.forget(id);
    return rotation.move(id, fresh, number, remembered);
  }

  @Override
  public Future<Boolean> settle(String fresh) {
    return line.run(SETTLE, keys.onTwo(fresh).event(subject(fresh), "id", fresh))
        .map(RedisSessions::isOne);
  }

  @Override
  public Future<Optional<String>> movedTo(String id) {
    return line.send(Request.cmd(Command.HGET).arg(keys.facts(id)).arg("ended"))
        .map(ended -> Optional.ofNullable(text(ended)).filter(fresh -> !fresh.equals(NOT_ROTATED)));
  }

  @Override
  public Future<Boolean> resolve(String id, String fresh) {
    return line.run(RESOLVE, keys.onTwo(id).arg(fresh)).map(RedisSessions::isOne);
  }

  /** A part of a script's reply, null where it is missing or empty. */
  static @Nullable String textOrNull(Response reply, int at) {
    Response part = reply.size() > at ? reply.get(at) : null;
    return part == null || part.toString().isEmpty() ? null : part.toString();
  }

  static @Nullable Long numberOrNull(Response reply, int at) {
    String text = textOrNull(reply, at);
    return text == null ? null : Long.valueOf(text);
  }

  private static @Nullable String text(@Nullable Response part) {
    return part == null ? null : part.toString();
  }

  static boolean isOne(@Nullable Response reply) {
    return reply != null && reply.toInteger() == 1;
  }
}
