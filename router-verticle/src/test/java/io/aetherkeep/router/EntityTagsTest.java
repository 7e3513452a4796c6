package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.http.EntityTags;
import io.aetherkeep.router.http.EntityTags.Precondition;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing of entity tags and of conditions on them. */
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
  @ValueSource(strings = {"\"7-2\"", "  \"7-2\"  ", "\"7-2\",", "\"7-2-gzip\"", "W/\"1\",\"7-2\""})
  void condition_isTheVersionOfIfMatch(String header) {
    assertEquals(over("7-2"), EntityTags.of(StubRequest.with("If-Match", header)));
  }

  private static Precondition over(String... versions) {
    return new Precondition(List.of(versions), false);
  }

  @Test
  void condition_isAnyOfTheVersionsOfAList() {
    assertEquals(
        over("1-1", "a,b", "7-2"),
        EntityTags.of(
            StubRequest.with("If-Match", "\"1-1\" ,, \"a,b\"", "If-Match", "\"7-2\",\"1-1\"")));
  }

  /** If-Match compares strongly (RFC 9110), so a weak tag never matches. */
  @Test
  void condition_isNeverMetByWeakTags() {
    Precondition weak = EntityTags.of(StubRequest.with("If-Match", "W/\"7-2\", \"*\""));
    assertEquals(over(), weak);
    Future<String> refused = weak.over(version -> Future.succeededFuture("written"));
    assertEquals(Code.VERSION_CONFLICT, Failure.from(refused.cause()).code());
  }

  @Test
  void condition_isTriedOverEachVersionUntilOneIsPresent() {
    List<String> tried = new ArrayList<>();
    Future<String> done =
        over("1", "2", "3")
            .over(
                version -> {
                  tried.add(version);
                  return version.equals("2")
                      ? Future.succeededFuture("written")
                      : Future.failedFuture(Failure.of(Code.VERSION_CONFLICT, "other"));
                });
    assertEquals("written", done.result());
    assertEquals(List.of("1", "2"), tried);
  }

  @Test
  void condition_isAnyVersionOfIfMatchStar() {
    assertEquals(over("*"), EntityTags.of(StubRequest.with("If-Match", "*")));
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
        ",",
        "\"1-1\" \"7-2\"",
        "\"1-1\", *",
        "\"7\"2\"",
        "w/\"7-2\"",
        "**"
      })
  void condition_refusesAnIfMatchThatHoldsNoTags(String header) {
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
    assertRefused(StubRequest.with("If-None-Match", "*", "If-None-Match", "*"));
  }

  @Test
  void noneMatch_isTheTagThatTheClientKnows() {
    HttpServerRequest request = StubRequest.with("If-None-Match", "\"1\", W/\"7-2-gzip\"");
    assertEquals("\"7-2-gzip\"", EntityTags.noneMatch(request, "7-2"));
  }

  private static void assertRefused(HttpServerRequest request) {
    Failure failure = assertThrows(Failure.class, () -> EntityTags.of(request));
    assertEquals(Code.INVALID_HEADER, failure.code());
  }
}
