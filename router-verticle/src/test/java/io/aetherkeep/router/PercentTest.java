package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How percent-encoding is read. */
final class PercentTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/a%20b", "/%E2%82%AC", "/%e2%82%ac?id=%2F", "/a+b", "/%00", "/%25zz"})
  void isSound_takesTwoHexDigitsAfterEveryPercent(String uri) {
    assertTrue(Percent.isSound(uri));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%", "/%4", "/%zz", "/%4g", "/% 1", "/%-1", "/a?id=%", "/%%41"})
  void isSound_refusesAnythingElseAfterAPercent(String uri) {
    assertFalse(Percent.isSound(uri));
  }

  @Test
  void decoded_leavesPlainTextAlone() {
    assertEquals("t1", Percent.decoded("t1"));
    assertEquals("", Percent.decoded(""));
  }

  @Test
  void decoded_readsUtf8OfEveryLengthAndBothCases() {
    assertEquals("a/b", Percent.decoded("a%2Fb"));
    assertEquals("\u20AC\u00E9", Percent.decoded("%e2%82%AC%C3%a9"));
    assertEquals("\uD83D\uDE00", Percent.decoded("%F0%9F%98%80"));
  }

  @Test
  void decoded_leavesAPlusAPlus() {
    assertEquals("a+b c", Percent.decoded("a+b%20c"));
  }

  @Test
  void decoded_readsOnceOnly() {
    assertEquals("%41", Percent.decoded("%2541"));
  }

  @Test
  void decoded_givesControlCharactersToTheRulesOfIds() {
    assertEquals("a\0b", Percent.decoded("a%00b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%FF",
        "%80",
        "%C3",
        "%C3a",
        "%C0%AF",
        "%E0%80%AF",
        "%ED%A0%80",
        "%F4%90%80%80",
        "%F0%9F%98",
        "a%E2%82"
      })
  void decoded_refusesBytesThatAreNotUtf8(String segment) {
    Failure failure = assertThrows(Failure.class, () -> Percent.decoded(segment));
    assertEquals(Code.INVALID_ID, failure.code());
  }
}
