package io.aetherkeep.bus;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Rate limiter for log lines: each text is logged once, then at most once a minute with the number
 * of repetitions.
 */
public final class LogLimiter {

  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Maximum number of texts; beyond it, all counts are reset. */
  private static final int MOST_TEXTS = 1000;

  private final System.Logger logger;
  private final LongSupplier clock;
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  /** Creates a limiter; the clock counts nanoseconds like {@link System#nanoTime}. */
  public LogLimiter(System.Logger logger, LongSupplier clock) {
    this.logger = logger;
    this.clock = clock;
  }

  /** When a text was last logged, and how often it was suppressed since. */
  private static final class Entry {
    private final AtomicLong loggedAt;
    private final AtomicLong leftOut = new AtomicLong();

    Entry(long loggedAt) {
      this.loggedAt = new AtomicLong(loggedAt);
    }
  }

  public void log(System.Logger.Level level, String text) {
    long now = clock.getAsLong();
    if (entries.size() > MOST_TEXTS) {
      entries.clear();
    }
    Entry entry = entries.putIfAbsent(text, new Entry(now));
    if (entry == null) {
      logger.log(level, text);
      return;
    }
    long before = entry.loggedAt.get();
    if (now - before < QUIET_NANOS || !entry.loggedAt.compareAndSet(before, now)) {
      entry.leftOut.incrementAndGet();
    } else {
      logger.log(
          level, text + " (" + (entry.leftOut.getAndSet(0) + 1) + " times since the last message)");
    }
  }
}
