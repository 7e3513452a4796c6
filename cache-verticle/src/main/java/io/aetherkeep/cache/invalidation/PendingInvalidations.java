package io.aetherkeep.cache.invalidation;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bounded retry queue of promised invalidations, first in, first out. A failed one moves to the end
 * and backs off, so that it delays no other. When the queue is full, it drops and counts the
 * oldest.
 */
public final class PendingInvalidations {

  private static final System.Logger LOG = System.getLogger(PendingInvalidations.class.getName());

  private static final int MOST_AT_ONCE = 500;
  private static final long FIRST_PAUSE_MILLIS = 400;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final int LOGGED_EVERY = 50;

  private final int most;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();

  /** Ids of queued invalidations that a later equal one replaces: no client follows them. */
  private final Map<InvalidateEntries, String> unfollowed = new HashMap<>();

  private boolean replaying;
  private long givenUp;

  private static final class Waiting {
    private final PromisedInvalidation promised;
    private int failures;
    private long pausedUntil;

    private Waiting(PromisedInvalidation promised) {
      this.promised = promised;
    }
  }

  PendingInvalidations(int most) {
    this.most = most;
  }

  /**
   * Adds an invalidation.
   *
   * @param followed whether a client can ask for its progress
   * @return invalidations that left the queue: replaced by this one, or dropped because it is full
   */
  synchronized List<PromisedInvalidation> add(PromisedInvalidation promised, boolean followed) {
    List<PromisedInvalidation> left = new ArrayList<>();
    String same = followed ? null : unfollowed.put(promised.what(), promised.id());
    Waiting before = same == null ? null : waiting.remove(same);
    if (before != null) {
      left.add(before.promised);
    }
    waiting.put(promised.id(), new Waiting(promised));
    if (waiting.size() > most) {
      Waiting oldest = waiting.values().iterator().next();
      remove(oldest);
      left.add(oldest.promised);
      if (givenUp++ == 0) {
        LOG.log(System.Logger.Level.WARNING, "More than {0} invalidations wait for Redis", most);
      }
    }
    return left;
  }

  synchronized int size() {
    return waiting.size();
  }

  /** How many invalidations of a space are queued. */
  public synchronized int size(String space) {
    int size = 0;
    for (Waiting each : waiting.values()) {
      size += each.promised.what().space().equals(space) ? 1 : 0;
    }
    return size;
  }

  synchronized long givenUp() {
    return givenUp;
  }

  /** Executes the queued invalidations. */
  interface Maker {

    /** Runs an invalidation; may fail or throw. */
    Future<?> make(PromisedInvalidation promised);

    /** Called when an invalidation is done, or is given up. */
    void settled(PromisedInvalidation promised);
  }

  /**
   * Runs the due invalidations one after the other. Once the Redis of a space is unavailable, skips
   * the rest of that space.
   *
   * @param now in milliseconds, by a monotonic clock
   */
  void replay(long now, Maker maker) {
    List<Waiting> due = begin(now);
    if (!due.isEmpty()) {
      next(due.iterator(), now, maker, new HashSet<>());
    }
  }

  private synchronized List<Waiting> begin(long now) {
    if (replaying) {
      return List.of();
    }
    List<Waiting> due = new ArrayList<>();
    for (Waiting each : waiting.values()) {
      if (each.pausedUntil <= now && due.size() < MOST_AT_ONCE) {
        due.add(each);
      }
    }
    replaying = !due.isEmpty();
    return due;
  }

  private void next(Iterator<Waiting> rest, long now, Maker maker, Set<String> unavailable) {
    while (rest.hasNext()) {
      Waiting each = rest.next();
      if (!unavailable.contains(each.promised.what().space())) {
        make(each.promised, maker)
            .onComplete(
                done -> {
                  finished(each, maker);
                  next(rest, now, maker, unavailable);
                },
                thrown -> {
                  failed(each, thrown, now, maker, unavailable);
                  next(rest, now, maker, unavailable);
                });
        return;
      }
    }
    synchronized (this) {
      replaying = false;
    }
  }

  private static Future<?> make(PromisedInvalidation promised, Maker maker) {
    try {
      return maker.make(promised);
    } catch (Failure refused) {
      return Future.failedFuture(refused);
    }
  }

  private void finished(Waiting made, Maker maker) {
    remove(made);
    maker.settled(made.promised);
  }

  private synchronized void remove(Waiting which) {
    waiting.remove(which.promised.id());
    unfollowed.remove(which.promised.what(), which.promised.id());
  }

  /** Whether a retry would fail in the same way. */
  static boolean isPermanent(Failure failure) {
    return failure.kind() == Kind.INVALID || failure.kind() == Kind.UNKNOWN;
  }

  private void failed(
      Waiting which, Throwable cause, long now, Maker maker, Set<String> unavailable) {
    Failure failure = Failure.from(cause);
    if (isPermanent(failure)) {
      log(which, "given up", cause);
      finished(which, maker);
      return;
    }
    if (failure.code() == Code.REDIS_UNAVAILABLE) {
      unavailable.add(which.promised.what().space());
    } else {
      which.failures++;
      long pause = FIRST_PAUSE_MILLIS << Math.min(which.failures, 10);
      which.pausedUntil = now + Math.min(LONGEST_PAUSE_MILLIS, pause);
      if (which.failures % LOGGED_EVERY == 1) {
        log(which, "tried again", cause);
      }
    }
    synchronized (this) {
      if (waiting.remove(which.promised.id()) != null) {
        waiting.put(which.promised.id(), which);
      }
    }
  }

  private static void log(Waiting which, String what, Throwable cause) {
    LOG.log(
        System.Logger.Level.WARNING,
        "A promised invalidation in {0} of {1} failed and is {2}: {3}",
        which.promised.what().space(),
        which.promised.what().keyspace() == null ? "*" : which.promised.what().keyspace(),
        what,
        cause instanceof Failure failure ? failure.detail() : String.valueOf(cause.getMessage()));
  }
}
