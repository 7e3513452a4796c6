package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Layout;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {

  private final LoggerContext context = new LoggerContext();

  private LoggingEvent event(Level level, @Nullable Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(
            "",
            context.getLogger("io.aetherkeep.Here"),
            level,
            "It {}",
            thrown,
            new Object[] {"is"});
    event.setInstant(Instant.parse("2026-11-29T15:00:00Z"));
    return event;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"})
  void line_isAsLogbacksOwnPatternWritesIt(String level) {
    PatternLayout pattern = new PatternLayout();
    pattern.setContext(context);
    pattern.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{0} %msg%n");
    pattern.start();
    Layout<ILoggingEvent> line = new LogLine();
    Throwable thrown = new IllegalStateException("outer", new RuntimeException("inner"));
    for (LoggingEvent event :
        new LoggingEvent[] {
          event(Level.toLevel(level), null), event(Level.toLevel(level), thrown)
        }) {
      assertEquals(pattern.doLayout(event), line.doLayout(event));
    }
    assertTrue(
        line.doLayout(event(Level.toLevel(level), null)).startsWith("2026-11-29T15:00:00.000Z "));
  }
}
