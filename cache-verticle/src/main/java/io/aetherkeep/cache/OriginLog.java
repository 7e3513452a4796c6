package io.aetherkeep.cache;

import io.aetherkeep.bus.Failure;
import io.vertx.pgclient.PgException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Rate-limited log of origin failures: each origin and cause is logged once, then at most once a
 * minute with the number of repetitions.
 *
 * <p>A cause names columns, hosts and SQLSTATEs, but no ids, values, URLs or credentials.
 */
final class OriginLog {

  private static final System.Logger LOG = System.getLogger(OriginLog.class.getName());

  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Above this many different causes the log starts to count anew. */
  private static final int MOST_CAUSES = 1000;

  /** SQLSTATE class of values that do not fit: their messages quote the value. */
  private static final String DATA_EXCEPTION = "22";

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"?|'[^']*'?");
  private static final Pattern URL = Pattern.compile("\\b[a-zA-Z][a-zA-Z0-9+.-]*://\\S+");

  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final LongSupplier clock;

  OriginLog(LongSupplier clock) {
    this.clock = clock;
  }

  /** When a cause was last logged, and how often it was left out since. */
  private static final class Entry {
    private final AtomicLong loggedAt;
    private final AtomicLong leftOut = new AtomicLong();

    Entry(long loggedAt) {
      this.loggedAt = new AtomicLong(loggedAt);
    }
  }

  /** Logs that the origin of {@code space/keyspace} failed. */
  void failed(String what, Throwable thrown) {
    log(System.Logger.Level.WARNING, "Origin of " + what + " failed: " + cause(thrown));
  }

  /** Logs what an operator should know of an origin that did answer. */
  void note(String what, String event, Throwable thrown) {
    log(System.Logger.Level.INFO, "Origin of " + what + " " + event + ": " + cause(thrown));
  }

  private void log(System.Logger.Level level, String text) {
    long now = clock.getAsLong();
    if (entries.size() > MOST_CAUSES) {
      entries.clear();
    }
    Entry fresh = new Entry(now);
    Entry entry = entries.putIfAbsent(text, fresh);
    if (entry == null) {
      LOG.log(level, text);
      return;
    }
    long before = entry.loggedAt.get();
    if (now - before < QUIET_NANOS || !entry.loggedAt.compareAndSet(before, now)) {
      entry.leftOut.incrementAndGet();
    } else {
      LOG.log(level, text + " (" + (entry.leftOut.getAndSet(0) + 1) + " times since)");
    }
  }

  /** Why it failed, in words that are safe to log. */
  static String cause(Throwable thrown) {
    if (thrown instanceof PgException refused) {
      return "PostgreSQL " + refused.getSqlState() + ", " + message(refused);
    }
    if (thrown instanceof Failure failure) {
      return failure.code().text() + ", " + URL.matcher(failure.detail()).replaceAll("<url>");
    }
    String message = thrown.getMessage();
    String name = thrown.getClass().getSimpleName();
    return message == null ? name : name + ", " + URL.matcher(message).replaceAll("<url>");
  }

  /** The first line; what names a value is left out. */
  private static String message(PgException refused) {
    String line = String.valueOf(refused.getErrorMessage()).lines().findFirst().orElse("");
    return refused.getSqlState().startsWith(DATA_EXCEPTION)
        ? QUOTED.matcher(line).replaceAll("...")
        : line;
  }
}
