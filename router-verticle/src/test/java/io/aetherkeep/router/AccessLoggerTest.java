package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of an address stands in the access log. */
final class AccessLoggerTest {

  @Test
  void withoutSecrets_hidesASessionsId() {
    assertEquals(
        "/api/v1/aethercast/sessions/*",
        AccessLogger.withoutSecrets("/api/v1/aethercast/sessions/s1"));
    assertEquals(
        "/api/v1/council/sessions/*/history",
        AccessLogger.withoutSecrets("/api/v1/council/sessions/s1/history"));
  }

  @Test
  void withoutSecrets_leavesTheRestAsItIs() {
    assertEquals(
        "/api/v1/aethercast/caches/topic/t1",
        AccessLogger.withoutSecrets("/api/v1/aethercast/caches/topic/t1"));
    assertEquals(
        "/api/v1/content/sessions", AccessLogger.withoutSecrets("/api/v1/content/sessions"));
  }

  @Test
  void withoutSecrets_letsNobodyWriteLinesOfTheirOwn() {
    assertEquals("/a?b?c", AccessLogger.withoutSecrets("/a%0Ab%0dc"));
    assertEquals("(malformed)", AccessLogger.withoutSecrets("/a\nb"));
  }

  @Test
  void withoutSecrets_isADashWithoutAPath() {
    assertEquals("-", AccessLogger.withoutSecrets(null));
  }

  /** The router takes these for the same address as the plain one. */
  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/council//sessions//s1", "/api/v1/council/%73essions/s1"})
  void withoutSecrets_hidesASessionsIdHoweverTheAddressIsSpelt(String path) {
    String logged = AccessLogger.withoutSecrets(path);
    assertFalse(logged.endsWith("s1"), logged);
  }
}
