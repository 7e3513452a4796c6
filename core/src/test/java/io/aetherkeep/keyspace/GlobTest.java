package io.aetherkeep.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pattern of a client has the wildcards {@code *} and {@code ?}; other characters are literal.
 */
class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "*,        *",
    "a*b?,     a*b*",
    "a?*??c,   a*c",
    "a:b,      a:b",
    "[a-z],    \\[a-z\\]",
    "[^a],     \\[\\^a\\]",
    "\\*,      \\\\*",
    "\\,       \\\\",
    "{a}é😀,   {a}é😀"
  })
  void forRedis_asksForTooMuchRatherThanTooLittle(String typed, String glob) {
    assertEquals(glob, Glob.of(typed).forRedis());
  }

  @ParameterizedTest
  @CsvSource({
    "*, a, true",
    "t?, té, true",
    "t?, t😀, true",
    "t?, t, false",
    "t?, téé, false",
    "a*c, abcbc, true",
    "a*c, abcb, false",
    "a**, a, true",
    "[ab], a, false",
    "[ab], [ab], true",
    "a, A, false",
    "a*b*c*d, axxbxxcxxcxxd, true"
  })
  void matches_goesByCharacters(String typed, String id, boolean matches) {
    assertEquals(matches, Glob.of(typed).matches(id));
  }

  @ParameterizedTest
  @CsvSource({"a*b?, a\\*b\\?", "[^a], \\[\\^a\\]", "\\, \\\\", "a:b-c, a:b-c"})
  void literally_leavesNothingSpecial(String text, String glob) {
    assertEquals(glob, Glob.literally(text));
  }

  @Test
  void literally_takesNothingAsNothing() {
    assertEquals("", Glob.literally(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\n", "\u0000", "a\u007F", "\u0085", "\t*", "\u2028"})
  void of_refusesEmptinessWhiteSpaceAndControlCharacters(String typed) {
    assertEquals(Code.INVALID_PATTERN, assertThrows(Failure.class, () -> Glob.of(typed)).code());
  }

  @Test
  void of_takes256CharactersAndNoMore() {
    assertEquals("a".repeat(256), Glob.of("a".repeat(256)).forRedis());
    assertThrows(Failure.class, () -> Glob.of("a".repeat(257)));
  }
}
