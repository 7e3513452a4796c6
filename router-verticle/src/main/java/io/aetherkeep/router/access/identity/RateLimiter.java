package io.aetherkeep.router.access.identity;

import io.aetherkeep.router.access.identity.AccessSettings.Rate;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Rate limiter: a token bucket for each client, shared by all event loops of a node.
 *
 * <p>A bucket is one number, the time at which it will be full; full buckets are removed. So there
 * is at most one for each recent client, and beyond a limit all new clients share one.
 */
public final class RateLimiter {

  /** Result of taking a token, and the bucket's state; seconds are rounded up. */
  public record Taken(boolean granted, int left, long fullInSeconds, long againInSeconds) {}

  private static final int MOST = 65_536;
  private static final String OTHERS = "others";
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final Rate rate;
  private final LongSupplier clock;
  private final int most;
  private final long interval;
  private final long depth;
  private final ConcurrentMap<String, AtomicLong> fullAt = new ConcurrentHashMap<>();
  private final AtomicLong swept = new AtomicLong();

  /**
   * Creates a rate limiter; clients see its name.
   *
   * @param clock nanoseconds that only grow, from 0 or more
   */
  RateLimiter(String name, Rate rate, LongSupplier clock, int most) {
    this.name = name;
    this.rate = rate;
    this.clock = clock;
    this.most = most;
    this.interval = SECOND / Math.max(1, rate.perSecond());
    this.depth = interval * rate.burst();
  }

  public static RateLimiter of(String name, Rate rate) {
    long start = System.nanoTime();
    return new RateLimiter(name, rate, () -> System.nanoTime() - start, MOST);
  }

  public boolean isUnlimited() {
    return rate.isUnlimited();
  }

  /** Takes a token of a client, if one is left. */
  public Taken take(String client) {
    long now = clock.getAsLong();
    AtomicLong full = bucket(client, now);
    while (true) {
      long before = full.get();
      long after = Math.max(before, now) + interval;
      if (after - now > depth) {
        return new Taken(false, 0, seconds(before - now), seconds(after - now - depth));
      }
      if (full.compareAndSet(before, after)) {
        return new Taken(true, (int) ((depth - (after - now)) / interval), seconds(after - now), 0);
      }
    }
  }

  private AtomicLong bucket(String client, long now) {
    AtomicLong known = fullAt.get(client);
    if (known != null) {
      return known;
    }
    if (fullAt.size() >= most) {
      sweep(now);
    }
    return fullAt.computeIfAbsent(
        fullAt.size() < most ? client : OTHERS, first -> new AtomicLong(now));
  }

  /** Removes full buckets, at most once a second, because it visits all. */
  private void sweep(long now) {
    long before = swept.get();
    if (now - before >= SECOND && swept.compareAndSet(before, now)) {
      fullAt.values().removeIf(full -> full.get() <= now);
    }
  }

  int size() {
    return fullAt.size();
  }

  private static long seconds(long nanos) {
    return Math.max(0, (nanos + SECOND - 1) / SECOND);
  }

  /** Returns the value of {@code RateLimit-Policy}. */
  public String policy() {
    return "\"%s\";q=%d;w=%d".formatted(name, rate.burst(), Math.max(1, seconds(depth)));
  }

  /** Returns the value of {@code RateLimit}. */
  public String standing(Taken taken) {
    return "\"%s\";r=%d;t=%d".formatted(name, taken.left(), taken.fullInSeconds());
  }
}
