package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.LogLimiter;
import io.vertx.pgclient.PgException;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Rate-limited log of origin failures: each origin and cause is logged once, then at most once a
 * minute with the number of repetitions.
 *
 * <p>A cause names columns, hosts and SQLSTATEs, but no ids, values, URLs or credentials.
 */
public final class OriginLog {

  /** SQLSTATE class of invalid values: these messages quote the value. */
  private static final String DATA_EXCEPTION = "22";

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"?|'[^']*'?");
  private static final Pattern URL = Pattern.compile("\\b[a-zA-Z][a-zA-Z0-9+.-]*://\\S+");

  private final LogLimiter limiter;

  public OriginLog(LongSupplier clock) {
    this.limiter = new LogLimiter(System.getLogger(OriginLog.class.getName()), clock);
  }

  /** Logs that the origin of {@code space/keyspace} failed. */
  public void failed(String what, Throwable thrown) {
    limiter.log(System.Logger.Level.WARNING, "Origin of " + what + " failed: " + cause(thrown));
  }

  /** Logs an event of an origin that did answer. */
  void note(String what, String event, Throwable thrown) {
    limiter.log(System.Logger.Level.INFO, "Origin of " + what + " " + event + ": " + cause(thrown));
  }

  /** The cause of a failure, in words that are safe to log. */
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

  /** The first line of the message, without quoted values. */
  private static String message(PgException refused) {
    String line = String.valueOf(refused.getErrorMessage()).lines().findFirst().orElse("");
    return refused.getSqlState().startsWith(DATA_EXCEPTION)
        ? QUOTED.matcher(line).replaceAll("...")
        : line;
  }
}
