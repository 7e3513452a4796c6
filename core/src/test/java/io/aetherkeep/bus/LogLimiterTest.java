package io.aetherkeep.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A repeated message is logged once, then at most once a minute. */
class LogLimiterTest {

  private final AtomicLong now = new AtomicLong();
  private final List<String> lines = new ArrayList<>();
  private final LogLimiter limiter = new LogLimiter(new Lines(), now::get);

  private final class Lines implements System.Logger {
    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
      lines.add(text);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String text, Object... arguments) {
      lines.add(text);
    }
  }

  private void log(String text) {
    limiter.log(System.Logger.Level.WARNING, text);
  }

  @Test
  void repetitions_areCountedForAMinute() {
    for (int i = 0; i < 100; i++) {
      log("one");
      log("other");
    }
    now.addAndGet(TimeUnit.MINUTES.toNanos(1));
    log("one");
    assertEquals(List.of("one", "other", "one (100 times since the last message)"), lines);
  }

  @Test
  void manyTexts_areBounded() {
    for (int i = 0; i < 10_000; i++) {
      log("text " + i);
    }
    log("text 1");
    assertTrue(lines.size() > 10_000, () -> lines.size() + " lines");
  }
}
