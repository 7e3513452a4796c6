package io.aetherkeep.cache.near;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LastVersionsTest {

  private final LastVersions versions = new LastVersions();

  @Test
  void versionThatWasWrittenAfterAMoment_isNotKnownBefore() {
    versions.put("topic:t1", "v2", 1_001);

    assertFalse(versions.isKnownBefore("topic:t1", "v2", 1_000));
    assertTrue(versions.isKnownBefore("topic:t1", "v2", 1_001));
  }

  @Test
  void versionThatIsForgottenLater_staysKnownSinceItWasWritten() {
    versions.put("topic:t1", "v2", 900);
    versions.put("topic:t1", "v2", 1_500);

    assertTrue(versions.isKnownBefore("topic:t1", "v2", 1_000));
  }

  @Test
  void newVersion_replacesTheOneBefore() {
    versions.put("topic:t1", "v1", 900);
    versions.put("topic:t1", "v2", 1_500);

    assertFalse(versions.isKnownBefore("topic:t1", "v1", 1_600));
    assertFalse(versions.isKnownBefore("topic:t2", "v1", 1_600));
  }

  @Test
  void versionThatThisNodeWroteAfterAMoment_isWrittenAfterItThoughItWasKnownBefore() {
    versions.put("topic:t1", "v2", 900);
    versions.recordWrite("topic:t1", "v2", 1_500);

    assertTrue(versions.isWrittenAfter("topic:t1", "v2", 1_000));
    assertFalse(versions.isWrittenAfter("topic:t1", "v2", 1_500));
    assertFalse(versions.isKnownBefore("topic:t1", "v2", 1_000));
  }

  @Test
  void versionThatWasOnlySentOrSeen_isNotWrittenAfter() {
    versions.put("topic:t1", "v2", 1_500);

    assertFalse(versions.isWrittenAfter("topic:t1", "v2", 1_000));
  }
}
