package io.aetherkeep.redis.sentinel;

import io.aetherkeep.redis.connection.RedisAttempt;
import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisLocator;
import io.aetherkeep.redis.discovery.RedisPoll;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisSentinels;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.RedisConnection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Master of a group of Redis servers, as their Sentinels report it.
 *
 * <p>It asks the Sentinels before each attempt to connect, twice a second, and when one of them
 * publishes a change. When the master changes, all connections to the former one are closed,
 * because it may still run and accept writes that will be lost.
 */
public final class RedisMaster implements RedisLocator {

  private static final System.Logger LOG = System.getLogger(RedisMaster.class.getName());

  /**
   * Interval of questions: the longest time for which a replaced master is written to if no message
   * arrives.
   */
  private static final long ASK_MILLIS = 500;

  private final Vertx vertx;
  private final RedisSentinels who;
  private final long patienceMillis;
  private final RedisTarget target;
  private final Set<RedisDial> dials = ConcurrentHashMap.newKeySet();
  private List<RedisSentinel> sentinels = List.of();
  private volatile @Nullable Context loop;
  private volatile @Nullable SentinelAnswer accepted;
  private final AtomicLong changes = new AtomicLong();
  private final RedisPoll<SentinelAnswer> poll;
  private boolean silent;
  private long asker = -1;

  public RedisMaster(Vertx vertx, RedisTarget target) {
    this.vertx = vertx;
    this.target = target;
    this.poll = new RedisPoll<>(vertx, this::conclude);
    this.who = Objects.requireNonNull(target.sentinels());
    this.patienceMillis = target.connectTimeout().toMillis() / 2;
  }

  /** Starts asking on the calling event loop; completes after each Sentinel has been tried once. */
  public Future<Void> open() {
    loop = vertx.getOrCreateContext();
    sentinels =
        who.addresses().stream()
            .map(at -> new RedisSentinel(vertx, who.master(), who.target(at, target), this::news))
            .toList();
    asker = vertx.setPeriodic(ASK_MILLIS, id -> ask());
    return Future.join(sentinels.stream().map(RedisSentinel::open).toList())
        .transform(tried -> ask());
  }

  public Future<Void> close() {
    vertx.cancelTimer(asker);
    return Future.join(sentinels.stream().map(RedisSentinel::close).toList()).mapEmpty();
  }

  /**
   * Asks for the master; for any event loop, and completes there.
   *
   * <p>If no Sentinel answers, it answers the last known master, because Redis works without
   * Sentinels.
   */
  @Override
  public Future<RedisAddress> find() {
    ContextInternal caller = (ContextInternal) vertx.getOrCreateContext();
    Promise<RedisAddress> found = caller.promise();
    Objects.requireNonNull(loop)
        .runOnContext(
            on -> ask().onComplete(asked -> caller.runOnContext(back -> complete(found))));
    return found.future();
  }

  private void complete(Promise<RedisAddress> found) {
    SentinelAnswer answer = accepted;
    if (answer == null) {
      found.fail("no Sentinel has reported the master of " + who.master());
    } else {
      found.complete(answer.master());
    }
  }

  @Override
  public Future<Void> check(RedisConnection connection) {
    return RedisAttempt.checkMaster(connection);
  }

  /** The last known master; null before the first answer. */
  @Nullable
  public RedisAddress known() {
    SentinelAnswer answer = accepted;
    return answer == null ? null : answer.master();
  }

  /** Closes all connections to a server that proved to be a replica. */
  @Override
  public void demoted(RedisAddress replica) {
    dials.forEach(dial -> dial.leave(replica));
  }

  /** How often the master has changed. */
  public long changes() {
    return changes.get();
  }

  /** Registers a connection, which is closed when another server becomes the master. */
  @Override
  public void follow(RedisDial dial) {
    dials.add(dial);
  }

  @Override
  public void leave(RedisDial dial) {
    dials.remove(dial);
  }

  /** Asks in a new round, after the running one, whose answers may be older than the message. */
  private void news() {
    Future<Void> running = poll.running();
    if (running == null) {
      ask();
    } else {
      running.onComplete(done -> ask());
    }
  }

  private Future<Void> ask() {
    return poll.ask(sentinels, sentinel -> sentinel.ask(patienceMillis));
  }

  private void conclude(RedisPoll.Round<SentinelAnswer> round) {
    List<SentinelAnswer> answers = round.answers();
    if (answers.isEmpty()) {
      if (!silent) {
        LOG.log(
            System.Logger.Level.WARNING,
            "No Sentinel reports the Redis master of {0} ({1}); {2}",
            who.master(),
            String.join("; ", round.reasons()),
            accepted == null
                ? "there is no address to connect to"
                : "the last known one, " + known() + ", stays in use");
      }
      silent = true;
      return;
    }
    if (silent) {
      LOG.log(
          System.Logger.Level.INFO, "Sentinels report the Redis master of {0} again", who.master());
    }
    silent = false;
    SentinelAnswer before = accepted;
    SentinelAnswer now = SentinelAnswer.choose(answers, before, sentinels.size());
    accepted = now;
    if (before == null) {
      LOG.log(
          System.Logger.Level.INFO, "The Redis master of {0} is {1}", who.master(), now.master());
    } else if (!before.master().equals(now.master())) {
      changed(before, now, now.votes(answers));
    }
  }

  private void changed(SentinelAnswer before, SentinelAnswer now, long votes) {
    changes.incrementAndGet();
    LOG.log(
        System.Logger.Level.WARNING,
        "The Redis master is now {0}, it was {1}: {2} of {3} Sentinels of {4} report it (epoch"
            + " {5}). Connections move there, and requests under way are answered 503. If this"
            + " failover was not planned, check {1} and the Sentinels' logs for the cause",
        now.master(),
        before.master(),
        votes,
        sentinels.size(),
        who.master(),
        now.epoch());
    dials.forEach(dial -> dial.follow(now.master()));
  }
}
