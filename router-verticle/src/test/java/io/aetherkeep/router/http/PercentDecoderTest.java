package io.aetherkeep.router.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Percent-decoding. */
final class PercentDecoderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/a%20b", "/%E2%82%AC", "/%e2%82%ac?id=%2F", "/a+b", "/%00", "/%25zz"})
  void isSound_takesTwoHexDigitsAfterEveryPercent(String uri) {
    assertTrue(PercentDecoder.isSound(uri));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%", "/%4", "/%zz", "/%4g", "/% 1", "/%-1", "/a?id=%", "/%%41"})
  void isSound_refusesAnythingElseAfterAPercent(String uri) {
    assertFalse(PercentDecoder.isSound(uri));
  }

  @Test
  void decoded_leavesPlainTextAlone() {
    assertEquals("t1", PercentDecoder.decoded("t1"));
    assertEquals("", PercentDecoder.decoded(""));
  }

  @Test
  void decoded_readsUtf8OfEveryLengthAndBothCases() {
    assertEquals("a/b", PercentDecoder.decoded("a%2Fb"));
    assertEquals("\u20AC\u00E9", PercentDecoder.decoded("%e2%82%AC%C3%a9"));
    assertEquals("\uD83D\uDE00", PercentDecoder.decoded("%F0%9F%98%80"));
  }

  @Test
  void decoded_leavesAPlusAPlus() {
    assertEquals("a+b c", PercentDecoder.decoded("a+b%20c"));
  }

  @Test
  void decoded_readsOnceOnly() {
    assertEquals("%41", PercentDecoder.decoded("%2541"));
  }

  @Test
  void decoded_givesControlCharactersToTheRulesOfIds() {
    assertEquals("a\0b", PercentDecoder.decoded("a%00b"));
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
    Failure failure = assertThrows(Failure.class, () -> PercentDecoder.decoded(segment));
    assertEquals(Code.INVALID_ID, failure.code());
  }
}
