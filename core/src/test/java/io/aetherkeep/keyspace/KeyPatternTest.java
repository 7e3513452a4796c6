package io.aetherkeep.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key pattern builds keys from ids, and parses ids from keys. */
class KeyPatternTest {

  private static final KeyPattern NONE = KeyPattern.of("cache:topics:all");
  private static final KeyPattern ONE = KeyPattern.of("cache:topic:{id}");
  private static final KeyPattern TWO = KeyPattern.of("cache:snippets:topic:{topic}:page:{page}");
  private static final KeyPattern TAGGED = KeyPattern.of("tags:{{key}}");

  @Test
  void format_putsTheIdsInTheirPlaces() {
    assertEquals("cache:topics:all", NONE.format(List.of()));
    assertEquals("cache:topic:a", ONE.format(List.of("a")));
    assertEquals("cache:topic:a:b", ONE.format(List.of("a:b")));
    assertEquals("cache:snippets:topic:a:page:1", TWO.format(List.of("a", "1")));
    assertEquals("tags:{a}", TAGGED.format(List.of("a")));
  }

  @Test
  void format_takesPatternSyntaxAsItIs() {
    assertEquals("cache:topic:$1\\{id}*?[a]", ONE.format(List.of("$1\\{id}*?[a]")));
  }

  @Test
  void format_refusesAnotherNumberOfIds() {
    for (List<String> ids : List.of(List.<String>of(), List.of("a"), List.of("a", "1", "2"))) {
      Failure failure = assertThrows(Failure.class, () -> TWO.format(ids));
      assertEquals(Code.INVALID_ID, failure.code());
      assertTrue(failure.detail().startsWith("Expected topic and page, not " + ids.size()));
    }
    assertThrows(Failure.class, () -> NONE.format(List.of("a")));
  }

  @Test
  void parse_findsTheIds() {
    assertEquals(Optional.of(List.of()), NONE.parse("cache:topics:all"));
    assertEquals(Optional.of(List.of("a:b")), ONE.parse("cache:topic:a:b"));
    assertEquals(Optional.of(List.of("a", "1")), TWO.parse("cache:snippets:topic:a:page:1"));
    assertEquals(Optional.of(List.of("x:{y}")), TAGGED.parse("tags:{x:{y}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cache:topic:",
        "cache:topic",
        "xcache:topic:a",
        "Cache:topic:a",
        "cache:topic:a b",
        "cache:topic:a\n",
        "cache:topic:\uFFFD",
        "cache:topic:\uD800"
      })
  void parse_refusesWhatFormatWouldNotMakeOfOneId(String key) {
    assertEquals(Optional.empty(), ONE.parse(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache:snippets:topic::page:1",
        "cache:snippets:topic:a:page:",
        "cache:snippets:topic:a:b:page:1",
        "cache:snippets:topic:a:page:1:2",
        "cache:snippets:topic:a:page:b:page:1",
        "cache:snippets:topic:a:pages:1"
      })
  void parse_refusesWhatFormatWouldNotMakeOfTwoIds(String key) {
    assertEquals(Optional.empty(), TWO.parse(key));
  }

  @Test
  void glob_isAnchoredAndTakesTheLiteralsLiterally() {
    assertEquals("cache:topics:all", NONE.glob(List.of()));
    assertEquals("cache:topic:a*", ONE.glob(List.of(Glob.of("a*"))));
    assertEquals("cache:snippets:topic:*:page:1", TWO.glob(List.of(Glob.of("*"), Glob.of("1"))));
    assertEquals("odd\\[\\*\\]:*", KeyPattern.of("odd[*]:{id}").glob(List.of(Glob.of("*"))));
  }

  @Test
  void around_setsACheckedTextInItsPlace() {
    assertEquals("tags:{cache:topic:a}", TAGGED.around(ONE.format(List.of("a"))));
  }

  @Test
  void variables_areNamedInOrder() {
    assertEquals(List.of(), NONE.variables());
    assertEquals(List.of("topic", "page"), TWO.variables());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{id}", "{id}:a", "a:{b}{c}", "a:{b}:{b}"})
  void of_refusesAPatternThatCouldNotBeReadBack(String text) {
    assertThrows(IllegalArgumentException.class, () -> KeyPattern.of(text));
  }

  @Test
  void pattern_isEqualByItsText() {
    assertEquals(ONE, KeyPattern.of("cache:topic:{id}"));
    assertEquals(ONE.hashCode(), KeyPattern.of("cache:topic:{id}").hashCode());
    assertFalse(ONE.equals(TWO));
    assertEquals("cache:topic:{id}", ONE.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "a:{x},        a:{y},         true",
    "a:{x},        a:b,           true",
    "a:{x},        a:b:{y},       true",
    "a:{x},        a:{y}:b,       true",
    "a:{x}:b,      a:c:{y},       true",
    "a:{x}:{y},    a:b:{z},       true",
    "a:{x}:{y},    a:b:c,         true",
    "a:{x},        a:{y}:{z},     true",
    "a:b,          a:b,           true",
    "a:{x},        b:{y},         false",
    "a:{x},        a:,            false",
    "a:{x},        a,             false",
    "a:{x}:{y},    a:b,           false",
    "a:{x}:{y},    a:b:c:d,       false",
    "a:{x}:b:{y},  a:{z}:c:{w},   false",
    "a:{x},        ab:{y},        false",
    "cache:topic:{x}, cache:topics:all, false"
  })
  void overlaps_isWhetherSomeKeyIsBoths(String one, String other, boolean overlap) {
    assertEquals(overlap, KeyPattern.of(one).overlaps(KeyPattern.of(other)));
    assertEquals(overlap, KeyPattern.of(other).overlaps(KeyPattern.of(one)));
  }
}
