package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.http.CacheControl;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing of Cache-Control in writes. */
final class CacheControlTest {

  @Test
  void maxAge_isNoneWithoutTheHeader() {
    assertNull(CacheControl.maxAge(StubRequest.with()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "public",
        "no-cache, must-revalidate",
        "s-maxage=5",
        "private=\"a, b\"",
        "private=\"a, max-age=5, no-store\"",
        "x=\"\\\", no-store\"",
        "x-max-age=5"
      })
  void maxAge_isNoneInOtherDirectives(String header) {
    assertNull(CacheControl.maxAge(StubRequest.with("Cache-Control", header)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age=60",
        "MAX-AGE=60",
        "max-age=\"60\"",
        "public, max-age=60",
        "max-age=60,max-age=60",
        " max-age=060 "
      })
  void maxAge_isReadFromAmongOthersHoweverItIsWritten(String header) {
    assertEquals(60, CacheControl.maxAge(StubRequest.with("Cache-Control", header)));
  }

  @Test
  void maxAge_isReadFromAnyOfSeveralLines() {
    HttpServerRequest request =
        StubRequest.with("Cache-Control", "public", "Cache-Control", "max-age=60");
    assertEquals(60, CacheControl.maxAge(request));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age",
        "max-age=",
        "max-age=-1",
        "max-age=1.5",
        "max-age=1e3",
        "max-age=0x10",
        "max-age=abc",
        "max-age=1 000",
        "max-age=\u0661",
        "max-age=9999999999999999999",
        "max-age=99999999999999999999999999999999999999"
      })
  void maxAge_refusesWhatIsNoNumberOfSeconds(String header) {
    assertRefused(Code.INVALID_MAX_AGE, "Cache-Control", header);
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-age5", "max-age 5", "max-age==5", "max-age=5\"5", "max-age=\"5"})
  void maxAge_refusesWhatOnlyLooksLikeIt(String header) {
    assertRefused(Code.INVALID_MAX_AGE, "Cache-Control", header);
  }

  @Test
  void maxAge_isNoneInADirectiveThatStartsLikeIt() {
    assertNull(CacheControl.maxAge(StubRequest.with("Cache-Control", "max-ages=5")));
  }

  @Test
  void maxAge_refusesTwoThatDiffer() {
    assertRefused(Code.INVALID_HEADER, "Cache-Control", "max-age=60, max-age=61");
    assertRefused(
        Code.INVALID_HEADER, "Cache-Control", "max-age=60", "Cache-Control", "max-age=61");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-store", "No-Store", "max-age=60, no-store"})
  void maxAge_refusesNoStore(String header) {
    assertRefused(Code.INVALID_HEADER, "Cache-Control", header);
  }

  private static void assertRefused(Code code, String... headers) {
    Failure failure =
        assertThrows(Failure.class, () -> CacheControl.maxAge(StubRequest.with(headers)));
    assertEquals(code, failure.code());
  }
}
