package io.aetherkeep.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OutboxEntryTest {

  private static OutboxEntry entry(long at, Map<String, String> fields) {
    return new OutboxEntry(at + "-0", fields);
  }

  /** Other services may write to the outbox too. */
  @Test
  void aMessageIdThatIsNone_isReplacedByTheEntrys() {
    for (String id : new String[] {"garbage", "-", "5-", "x-1", "99999999999999999999-0"}) {
      OutboxEntry foreign = entry(100_000, Map.of("message", id));
      assertEquals(100_000, foreign.at());
      assertEquals("msg_s_100000-0", foreign.message("s"));
    }
  }

  /** A node's estimate of Redis's clock may be ahead when it creates an endpoint. */
  @Test
  void anEventOfAClockThatIsALittleBehind_isNotBefore() {
    assertFalse(entry(99_700, Map.of("type", "a")).isBefore(100_000));
    assertTrue(entry(98_999, Map.of("type", "a")).isBefore(100_000));
  }

  @Test
  void aReplay_isAsOldAsItsAppend_andAGatheredEventAsItsSlot() {
    Map<String, String> original = Map.of("message", "50000-0");
    Map<String, String> replay = Map.of("message", "50000-0", "to", "wh_1");
    assertTrue(entry(100_000, original).isBefore(100_000));
    assertFalse(entry(100_000, replay).isBefore(100_000));
  }
}
