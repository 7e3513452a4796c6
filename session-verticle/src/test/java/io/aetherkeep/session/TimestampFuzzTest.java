package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Document;
import io.aetherkeep.session.layout.Timestamp;
import io.aetherkeep.testing.Fuzzing;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
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

  @Test
  void aNaiveTime_isWrittenToTheMicrosecondWithoutAZone() {
    DateTimeFormatter micros =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
    for (String time :
        List.of(
            "2026-11-21T04:01:45.551402999Z",
            "2026-01-02T03:04:05.000007Z",
            "0007-12-31T23:59:59.999999Z",
            "1969-12-31T23:59:59.1Z",
            "2024-02-29T00:00:00Z")) {
      Instant at = Instant.parse(time);
      assertEquals(micros.format(at), new Timestamp(at, Timestamp.Style.NAIVE).text());
    }
  }
}
