package io.aetherkeep.cache.entries;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class VersionOrderTest {

  private static boolean isYounger(long age, long ago) {
    return VersionOrder.isYounger(Duration.ofMillis(age), Duration.ofMillis(ago));
  }

  @Test
  void entryThatWasWrittenLongAfterTheMoment_isYounger() {
    assertTrue(isYounger(1, 1_000));
  }

  @Test
  void entryThatWasWrittenJustBeforeOrAfterTheMoment_isNoYounger() {
    assertFalse(isYounger(1_100, 1_000));
    assertFalse(isYounger(1_000, 1_000));
    assertFalse(isYounger(900, 1_000));
  }

  @Test
  void entryWithoutAnAge_isNoYounger() {
    assertFalse(isYounger(0, 1_000));
  }
}
