package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Document;
import io.aetherkeep.session.layout.Timestamp;
import io.aetherkeep.testing.Fuzzing;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Timestamps of other services, and near misses: each is parsed or refused without an error. */
class TimestampFuzzTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:01:45.551402Z");

  @Test
  void times_areReadAndWrittenOrNone() {
    Fuzzing.fromLines(TimestampFuzzTest.class, "times.txt")
        .feedText(
            text -> {
              for (boolean quoted : new boolean[] {true, false}) {
                Timestamp read = Timestamp.read(text, quoted);
                if (read != null) {
                  read.iso();
                  Document json = read.at(NOW).json();
                  assertTrue(json.isJson());
                }
              }
            });
  }
}
