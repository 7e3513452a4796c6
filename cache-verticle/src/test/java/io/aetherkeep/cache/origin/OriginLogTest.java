package io.aetherkeep.cache.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failures of an origin are logged with their cause, once a minute, without values. */
class OriginLogTest {

  private final AtomicLong now = new AtomicLong();
  private final OriginLog log = new OriginLog(now::get);
  private final Logger logger = Logger.getLogger(OriginLog.class.getName());
  private final List<String> lines = new ArrayList<>();
  private final Handler handler = new Collecting();

  private final class Collecting extends Handler {
    @Override
    public void publish(LogRecord line) {
      lines.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  private static PgException refused(String state, String message) {
    return new PgException(message, "ERROR", state, "Failing row contains (secret).");
  }

  @Test
  void failures_areLoggedOnceAMinuteEachWithItsCause() {
    for (int i = 0; i < 1000; i++) {
      log.failed("council/config", refused("23502", "null value in column \"id\""));
      log.failed("council/session", refused("23502", "null value in column \"id\""));
    }
    now.addAndGet(TimeUnit.MINUTES.toNanos(1));
    log.failed("council/config", refused("23502", "null value in column \"id\""));
    String line = "Origin of council/config failed: PostgreSQL 23502, null value in column \"id\"";
    assertEquals(
        List.of(
            line, line.replace("config", "session"), line + " (1000 times since the last message)"),
        lines);
  }

  @Test
  void causes_nameNoValuesAndNoAddresses() {
    assertEquals(
        "PostgreSQL 22P02, invalid input syntax for type uuid: ...",
        OriginLog.cause(refused("22P02", "invalid input syntax for type uuid: \"my session\"")));
    assertEquals(
        "IllegalArgumentException, no host in <url>",
        OriginLog.cause(new IllegalArgumentException("no host in http://me:word@/v1?key=1")));
    assertEquals(
        "origin-unavailable, status 500",
        OriginLog.cause(Failure.of(Code.ORIGIN_UNAVAILABLE, "status 500")));
    assertEquals("IllegalStateException", OriginLog.cause(new IllegalStateException()));
  }
}
