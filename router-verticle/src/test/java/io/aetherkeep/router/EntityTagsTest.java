package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.EntityTags.Precondition;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How entity tags and the conditions on them are read. */
final class EntityTagsTest {

  @Test
  void of_quotesTheVersion() {
    assertEquals("\"7-2\"", EntityTags.of("7-2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"7-2\"",
        "W/\"7-2\"",
        "*",
        " \"7-2\" ",
        "\"1-1\", \"7-2\"",
        "\"1-1\",W/\"7-2\"",
        "\"\",\"7-2\""
      })
  void noneMatchNames_findsTheVersionInAnyList(String header) {
    assertTrue(EntityTags.noneMatchNames(StubRequest.with("If-None-Match", header), "7-2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"7-3\"",
        "7-2",
        "\"7-2",
        "7-2\"",
        "\"",
        "\"\"",
        "",
        ",",
        "w/\"7-2\"",
        "W/7-2",
        "\"*\"",
        "**"
      })
  void noneMatchNames_findsNothingInWhatIsNoTagOfIt(String header) {
    assertFalse(EntityTags.noneMatchNames(StubRequest.with("If-None-Match", header), "7-2"));
  }

  @Test
  void noneMatchNames_findsNothingWithoutTheHeader() {
    assertFalse(EntityTags.noneMatchNames(StubRequest.with(), "7-2"));
  }

  @Test
  void noneMatchNames_readsAListThatComesInSeveralLines() {
    HttpServerRequest request =
        StubRequest.with("If-None-Match", "\"1-1\"", "If-None-Match", "\"7-2\"");
    assertTrue(EntityTags.noneMatchNames(request, "7-2"));
  }

  @Test
  void condition_isNoneWithoutHeaders() {
    assertEquals(new Precondition(null, false), EntityTags.of(StubRequest.with()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"7-2\"", "W/\"7-2\"", "  \"7-2\"  "})
  void condition_isTheVersionOfIfMatch(String header) {
    assertEquals(
        new Precondition("7-2", false), EntityTags.of(StubRequest.with("If-Match", header)));
  }

  @Test
  void condition_isAnyVersionOfIfMatchStar() {
    assertEquals(new Precondition("*", false), EntityTags.of(StubRequest.with("If-Match", "*")));
  }

  @Test
  void condition_isAbsenceOfIfNoneMatchStar() {
    assertEquals(
        new Precondition(null, true), EntityTags.of(StubRequest.with("If-None-Match", " * ")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7-2",
        "\"7-2",
        "7-2\"",
        "\"",
        "",
        "\"1-1\", \"7-2\"",
        "\"7\"2\"",
        "w/\"7-2\"",
        "**"
      })
  void condition_refusesAnIfMatchThatIsNotOneTag(String header) {
    assertRefused(StubRequest.with("If-Match", header));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"7-2\"", "", "*, \"7-2\"", "\"*\""})
  void condition_refusesAnIfNoneMatchOfAWriteThatIsNotAStar(String header) {
    assertRefused(StubRequest.with("If-None-Match", header));
  }

  @Test
  void condition_refusesTwoOfThem() {
    assertRefused(StubRequest.with("If-Match", "*", "If-None-Match", "*"));
    assertRefused(StubRequest.with("If-Match", "\"7-2\"", "If-Match", "\"7-2\""));
    assertRefused(StubRequest.with("If-None-Match", "*", "If-None-Match", "*"));
  }

  /** A quoted star is the tag of a version with an odd name, and not any version. */
  @Test
  void condition_refusesAQuotedStarAsAVersion() {
    assertRefused(StubRequest.with("If-Match", "\"*\""));
  }

  private static void assertRefused(HttpServerRequest request) {
    Failure failure = assertThrows(Failure.class, () -> EntityTags.of(request));
    assertEquals(Code.INVALID_HEADER, failure.code());
  }
}
