package io.aetherkeep.redis.sentinel;

import io.aetherkeep.redis.connection.RedisAttempt;
import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisLocator;
import io.aetherkeep.redis.connection.RedisPoll;
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
 * Where the master of several Redis servers is, as their Sentinels say.
 *
 * <p>They are asked before each dialling, twice a second, and when one of them has news. When the
 * master is another, all who are connected to the former are told to leave it: it may be alive, and
 * still take writes that nobody will keep.
 */
public final class RedisMaster implements RedisLocator {

  private static final System.Logger LOG = System.getLogger(RedisMaster.class.getName());

  /** So long at most is a master written to that was replaced, when no news of it came through. */
  private static final long ASK_MILLIS = 500;

  private final Vertx vertx;
  private final RedisSentinels who;
  private final long patienceMillis;
  private final RedisTarget target;
  private final Set<RedisDial> dials = ConcurrentHashMap.newKeySet();
  private List<RedisSentinel> sentinels = List.of();
  private volatile @Nullable Context loop;
  private volatile @Nullable SentinelAnswer believed;
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

  /** Begins to ask, on the calling event loop; answers when each Sentinel has been tried once. */
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
   * Asks where the master is, for any event loop, and answers there.
   *
   * <p>Where no Sentinel answers, it is where it was last: that they are gone is no reason to be
   * without a Redis that is there.
   */
  @Override
  public Future<RedisAddress> find() {
    ContextInternal caller = (ContextInternal) vertx.getOrCreateContext();
    Promise<RedisAddress> found = caller.promise();
    Objects.requireNonNull(loop)
        .runOnContext(on -> ask().onComplete(asked -> caller.runOnContext(back -> tell(found))));
    return found.future();
  }

  private void tell(Promise<RedisAddress> found) {
    SentinelAnswer word = believed;
    if (word == null) {
      found.fail("no Sentinel tells who the master " + who.master() + " is");
    } else {
      found.complete(word.master());
    }
  }

  @Override
  public Future<Void> check(RedisConnection connection) {
    return RedisAttempt.checkMaster(connection);
  }

  /** Where it was when it was asked last; nothing before that. */
  @Nullable
  public RedisAddress known() {
    SentinelAnswer word = believed;
    return word == null ? null : word.master();
  }

  /** Has all leave a server that has shown to one of them that it is a replica now. */
  @Override
  public void demoted(RedisAddress replica) {
    dials.forEach(dial -> dial.leave(replica));
  }

  /** How often another became the master. */
  public long changes() {
    return changes.get();
  }

  /** Tells a connection from now on when the master is another. */
  @Override
  public void follow(RedisDial dial) {
    dials.add(dial);
  }

  @Override
  public void leave(RedisDial dial) {
    dials.remove(dial);
  }

  /** Asks after the round that runs, whose answers may be older than the news. */
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
    List<SentinelAnswer> words = round.answers();
    if (words.isEmpty()) {
      if (!silent) {
        LOG.log(
            System.Logger.Level.WARNING,
            "No Sentinel tells who the redis master of {0} is ({1}); {2}",
            who.master(),
            String.join("; ", round.reasons()),
            believed == null
                ? "nothing can be dialled"
                : "it is taken to be " + known() + " still");
      }
      silent = true;
      return;
    }
    if (silent) {
      LOG.log(System.Logger.Level.INFO, "Sentinels tell again who the master {0} is", who.master());
    }
    silent = false;
    SentinelAnswer before = believed;
    SentinelAnswer now = SentinelAnswer.believed(words, before, sentinels.size());
    believed = now;
    if (before == null) {
      LOG.log(System.Logger.Level.INFO, "redis master of {0} is {1}", who.master(), now.master());
    } else if (!before.master().equals(now.master())) {
      changed(before, now, now.votes(words));
    }
  }

  private void changed(SentinelAnswer before, SentinelAnswer now, long votes) {
    changes.incrementAndGet();
    LOG.log(
        System.Logger.Level.WARNING,
        "redis master is now {0}, it was {1}: so say {2} of {3} Sentinels of {4} (epoch {5})."
            + " Connections go there, and what was under way is answered 503. Unless somebody asked"
            + " for this failover, look at {1}, and in the logs of the Sentinels for why it was given up",
        now.master(),
        before.master(),
        votes,
        sentinels.size(),
        who.master(),
        now.epoch());
    dials.forEach(dial -> dial.follow(now.master()));
  }
}
