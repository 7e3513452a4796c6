package io.aetherkeep.session.store;

import io.aetherkeep.document.Offload;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.layout.StoredSession.Facts;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads of sessions in Redis. A read that counts as use restarts the lifetime: in a script, or by
 * {@code GETEX} where this node knows the session's facts from an earlier read.
 */
final class RedisSessionReads {

  private static final RedisScript TOUCH =
      RedisScript.beside(RedisSessionReads.class, "lifetime.lua", "touch.lua");
  private static final RedisScript EXTEND =
      RedisScript.beside(RedisSessionReads.class, "extend.lua");

  private static final System.Logger LOG = System.getLogger(RedisSessionReads.class.getName());

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final RedisSessionForm form;
  private final FactsCache recent;
  private final RedisHistoryLists lists;

  RedisSessionReads(
      RedisLine line,
      RedisSessionKeys keys,
      RedisSessionForm form,
      FactsCache recent,
      RedisHistoryLists lists) {
    this.line = line;
    this.keys = keys;
    this.form = form;
    this.recent = recent;
    this.lists = lists;
  }

  Future<Optional<StoredSession>> use(String id) {
    Facts facts = form.isPlain() ? recent.use(id) : null;
    return facts == null ? read(id, "use") : useWithFacts(id, facts);
  }

  private Future<Optional<StoredSession>> useWithFacts(String id, Facts facts) {
    long lifetime = lifetime(facts);
    boolean kept = keys.activity().isKept(facts);
    Request read =
        kept
            ? Request.cmd(Command.GET).arg(keys.session(id))
            : Request.cmd(Command.GETEX).arg(keys.session(id)).arg("PX").arg(lifetime);
    return line.read(Request.cmd(Command.PTTL).arg(keys.session(id)), read)
        .compose(
            replies -> {
              long left = replies.get(0) == null ? -1 : replies.get(0).toLong();
              if (kept && left == -1 && replies.get(1) != null) {
                // Another service has written it again without a lifetime.
                return read(id, "use");
              }
              boolean keepLonger = left > lifetime && !kept;
              return found(id, replies.get(1), kept || keepLonger ? left : lifetime, facts)
                  .compose(
                      found ->
                          keepLonger && found.isPresent()
                              ? extendLifetime(found.get())
                              : Future.succeededFuture(found));
            });
  }

  private long lifetime(Facts facts) {
    Long own = facts.lifetimeMillis();
    return own == null ? keys.lifetime().toMillis() : own;
  }

  /** Stores a longer lifetime that another service has just set as the session's own. */
  private Future<Optional<StoredSession>> extendLifetime(StoredSession found) {
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
  void changed(String id) {
    Facts used = recent.forget(id);
    if (used != null && !keys.activity().isKept(used)) {
      keep(id, Long.toString(lifetime(used)))
          .onFailure(
              thrown ->
                  LOG.log(
                      System.Logger.Level.DEBUG,
                      () -> "Restarting the lifetime of a session failed: " + thrown));
    }
  }

  Future<Boolean> keep(String id) {
    return keep(id, "");
  }

  /**
   * Restarts a lifetime.
   *
   * @param started the lifetime in ms that outdated facts may have started; empty if none have
   */
  private Future<Boolean> keep(String id, String started) {
    return line.read(TOUCH, keys.activity().addTo(keys.onTwo(id)).arg(started))
        .map(
            reply -> {
              long lifetime = reply == null ? 0 : reply.toLong();
              if (lifetime > 0) {
                lists.keep(id, lifetime);
              }
              return lifetime > 0;
            });
  }

  Future<Optional<StoredSession>> peek(String id) {
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

  /** Parses a session from a script's reply, beginning at an index. */
  Future<Optional<StoredSession>> found(String id, @Nullable Response reply, int from) {
    if (reply == null) {
      return Future.succeededFuture(Optional.empty());
    }
    Facts facts =
        new Facts(
            number(reply.get(from + 2)),
            text(reply.get(from + 3)),
            text(reply.get(from + 4)),
            RedisSessions.numberOrNull(reply, from + 5),
            RedisSessions.textOrNull(reply, from + 6),
            reply.size() > from + 7 && reply.get(from + 7) != null
                ? reply.get(from + 7).toLong()
                : 0);
    return found(id, reply.get(from), reply.get(from + 1).toLong(), facts);
  }

  Future<Boolean> extend(String id, Duration lifetime) {
    lists.keep(id, lifetime.toMillis());
    recent.forget(id);
    return line.run(EXTEND, keys.onTwo(id).arg(lifetime.toMillis()).arg(keys.activity().rule()))
        // Facts that were read before it may have been used after it.
        .onComplete(done -> changed(id))
        .map(RedisSessions::isOne);
  }

  private static @Nullable Long number(@Nullable Response part) {
    return part == null ? null : part.toLong();
  }

  private static @Nullable String text(@Nullable Response part) {
    return part == null ? null : part.toString();
  }
}
