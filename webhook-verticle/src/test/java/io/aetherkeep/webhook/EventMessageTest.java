package io.aetherkeep.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.EventData.PlaybackData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventMessageTest {

  private static double rate(String stored) {
    OutboxEntry entry = new OutboxEntry("1-0", Map.of("type", "playback-changed", "rate", stored));
    return ((PlaybackData) EventMessage.of("test", entry).data()).rate();
  }

  /** Other services write sessions too, so a stored rate can be any text. */
  @Test
  void aRateThatIsNoNumber_isOne() {
    assertEquals(1.5, rate("1.5"));
    assertEquals(2, rate("2"));
    assertEquals(0.30000000000000004, rate("0.30000000000000004"));
    for (String stored : List.of(".", "1.2.3", "..", "x", "")) {
      assertEquals(1, rate(stored), stored);
    }
  }
}
