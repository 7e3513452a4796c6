package io.aetherkeep.session.store;

import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
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
import io.aetherkeep.session.layout.StoredSession.Facts;
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
  private static final RedisScript TOUCH =
      RedisScript.beside(RedisSessions.class, "lifetime.lua", "touch.lua");
  private static final RedisScript EXTEND = RedisScript.beside(RedisSessions.class, "extend.lua");
  private static final RedisScript MENTIONS =
      RedisScript.beside(RedisSessions.class, "mentions.lua");
  private static final RedisScript SETTLE =
      RedisScript.beside(RedisSessions.class, "settle-copy.lua");
  private static final RedisScript RESOLVE = RedisScript.beside(RedisSessions.class, "resolve.lua");
  static final RedisScript FINISH = RedisScript.beside(RedisSessions.class, "finish.lua");

  private static final System.Logger LOG = System.getLogger(RedisSessions.class.getName());

  /** Value of a tombstone of a session that was not rotated. */
  private static final String NOT_ROTATED = "1";

  /** User ids that JSON writers do not escape. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.@-]+");

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final String ends;
  private final RedisSessionForm form;
  private final String userField;
  private final RecentFacts recent;
  private final RedisTime time;
  private final RedisHistoryLists lists;
  private final RedisRotation rotation;

  public RedisSessions(
      RedisLine line, Space space, String ends, RecentFacts recent, RedisTime time) {
    this.time = time;
    this.ends = ends;
    this.recent = recent;
    this.line = line;
    this.keys = new RedisSessionKeys(space);
    this.form = RedisForms.of(space.dialect());
    this.userField =
        space.dialect() == Dialect.COUNCIL ? FieldNames.of(space.dialect()).user() : "";
    this.lists = new RedisHistoryLists(line, keys);
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
    Facts facts = form.isPlain() ? recent.use(id) : null;
    return facts == null ? read(id, "use") : useWithFacts(id, facts);
  }

  private Future<Optional<StoredSession>> useWithFacts(String id, Facts facts) {
    Long own = facts.lifetimeMillis();
    long lifetime = own == null ? keys.lifetime().toMillis() : own;
    boolean kept = keys.activity().isKept(facts);
    Request read =
        kept
            ? Request.cmd(Command.GET).arg(keys.session(id))
            : Request.cmd(Command.GETEX).arg(keys.session(id)).arg("PX").arg(lifetime);
    return line.read(Request.cmd(Command.PTTL).arg(keys.session(id)), read)
        .compose(
            replies -> {
              long left = replies.get(0) == null ? -1 : replies.get(0).toLong();
              boolean keepLonger = left > lifetime && !kept;
              return found(id, replies.get(1), kept || keepLonger ? left : lifetime, facts)
                  .compose(
                      found ->
                          keepLonger && found.isPresent()
                              ? keepLonger(found.get())
                              : Future.succeededFuture(found));
            });
  }

  /** Stores a longer lifetime that another service has just set as the session's own. */
  private Future<Optional<StoredSession>> keepLonger(StoredSession found) {
    return extend(found.id(), Duration.ofMillis(found.ttlMillis()))
        .map(lives -> lives ? Optional.of(found) : Optional.<StoredSession>empty());
  }

  private Future<Optional<StoredSession>> found(
      String id, @Nullable Response value, long left, Facts facts) {
    return value == null
        ? Future.succeededFuture(Optional.empty())
        : Offload.run(
            form.bytes(value),
            () -> Optional.of(new StoredSession(id, form.body(value), left, facts)));
  }

  /** Removes cached facts, and restarts the lifetime if they were used for it. */
  @Override
  public void changed(String id) {
    if (recent.forget(id)) {
      keep(id)
          .onFailure(
              thrown ->
                  LOG.log(
                      System.Logger.Level.DEBUG,
                      () -> "Restarting the lifetime of session " + id + " failed: " + thrown));
    }
  }

  @Override
  public void ended(String id) {
    recent.forget(id);
  }

  @Override
  public Future<Boolean> mayBeOf(String id, Set<String> users) {
    RedisScript.Call call = RedisScript.call().key(keys.session(id)).arg(userField);
    users.forEach(user -> call.arg(PLAIN.matcher(user).matches() ? user : ""));
    return line.run(MENTIONS, call).map(reply -> reply.toInteger() == 1);
  }

  @Override
  public Future<Boolean> keep(String id) {
    return line.read(TOUCH, keys.activity().addTo(keys.onTwo(id))).map(RedisSessions::isOne);
  }

  @Override
  public Future<Optional<StoredSession>> peek(String id) {
    return read(id, "peek");
  }

  private Future<Optional<StoredSession>> read(String id, String how) {
    RedisScript.Call call = keys.activity().addTo(keys.onTwo(id)).arg(how);
    long epoch = recent.epoch();
    return line.read(form.read(), call)
        .transform(
            read ->
                read.succeeded()
                    ? found(id, read.result(), 0).map(found -> known(found, epoch))
                    : Future.failedFuture(read.cause()));
  }

  private Optional<StoredSession> known(Optional<StoredSession> found, long epoch) {
    found
        .filter(StoredSession::isRegistered)
        .ifPresent(read -> recent.put(read.id(), read.facts(), epoch));
    return found;
  }

  private Future<Optional<StoredSession>> found(String id, @Nullable Response reply, int from) {
    if (reply == null) {
      return Future.succeededFuture(Optional.empty());
    }
    Facts facts =
        new Facts(
            number(reply.get(from + 2)),
            text(reply.get(from + 3)),
            text(reply.get(from + 4)),
            numberOrNull(reply, from + 5),
            textOrNull(reply, from + 6),
            reply.size() > from + 7 && reply.get(from + 7) != null
                ? reply.get(from + 7).toLong()
                : 0);
    return found(id, reply.get(from), reply.get(from + 1).toLong(), facts);
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
              return found(seen.id(), reply.size() > 1 ? reply : null, 1).map(Overtaken::new);
            });
  }

  @Override
  public Future<Boolean> adopt(StoredSession session, @Nullable Long number) {
    recent.forget(session.id());
    return line.run(ADOPT, keys.onTwo(session.id()).arg(session.noted()).arg(orEmpty(number)))
        .map(RedisSessions::isOne);
  }

  @Override
  public Future<Boolean> extend(String id, Duration lifetime) {
    lists.keep(id, lifetime.toMillis());
    return line.run(EXTEND, keys.onTwo(id).arg(lifetime.toMillis()).arg(keys.activity().rule()))
        .onComplete(done -> recent.forget(id))
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

  private static @Nullable Long number(@Nullable Response part) {
    return part == null ? null : part.toLong();
  }

  private static @Nullable String text(@Nullable Response part) {
    return part == null ? null : part.toString();
  }

  private static boolean isOne(@Nullable Response reply) {
    return reply != null && reply.toInteger() == 1;
  }
}
