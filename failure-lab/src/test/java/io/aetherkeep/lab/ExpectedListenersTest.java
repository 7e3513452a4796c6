package io.aetherkeep.lab;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.lab.work.ExpectedListeners;
import org.junit.jupiter.api.Test;

/** A listener too many, or too few, would be noticed. */
class ExpectedListenersTest {

  private final ExpectedListeners presence = new ExpectedListeners();

  @Test
  void whoListens_isCounted_andNobodyElse() {
    presence.listens("a");
    presence.listens("b");
    presence.listens("c");
    presence.removeListener("c");
    assertTrue(presence.admits(2));
    assertFalse(presence.admits(1));
    assertFalse(presence.admits(3));
  }

  @Test
  void whoVanishedOrMayListen_mayBeCounted() {
    presence.listens("a");
    presence.vanished("a");
    presence.mayListen("b");
    assertTrue(presence.admits(0));
    assertTrue(presence.admits(2));
    assertFalse(presence.admits(3));
  }
}
