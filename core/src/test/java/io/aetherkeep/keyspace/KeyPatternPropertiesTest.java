package io.aetherkeep.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Properties of key patterns for random ids and keys. */
class KeyPatternPropertiesTest {

  private static final KeyPattern ONE = KeyPattern.of("cache:topic:{id}");
  private static final KeyPattern AMID = KeyPattern.of("tags:{{key}}");
  private static final KeyPattern TWO = KeyPattern.of("cache:snippets:topic:{topic}:page:{page}");
  private static final List<KeyPattern> ALL = List.of(ONE, AMID, TWO);

  private static Arbitrary<String> ids(String without) {
    Arbitrary<Integer> any = Arbitraries.integers().between(0x21, 0x10FFFF);
    Arbitrary<Integer> tricky =
        Arbitraries.of(':', '{', '}', '*', '?', '[', '\\', '$', '%', '/', 'p')
            .map(c -> (int) c.charValue());
    return Arbitraries.oneOf(any, tricky)
        .filter(c -> without.indexOf(c) < 0 && mayStandInAnId(c))
        .list()
        .ofMinSize(1)
        .ofMaxSize(256)
        .map(KeyPatternPropertiesTest::text);
  }

  private static boolean mayStandInAnId(int c) {
    return !Character.isISOControl(c)
        && !Character.isWhitespace(c)
        && !Character.isSpaceChar(c)
        && c != 0xFFFD
        && Character.getType(c) != Character.SURROGATE;
  }

  private static String text(List<Integer> characters) {
    StringBuilder text = new StringBuilder();
    characters.forEach(text::appendCodePoint);
    return text.toString();
  }

  @Provide
  Arbitrary<String> ids() {
    return ids("");
  }

  @Provide
  Arbitrary<String> idsWithoutColon() {
    return ids(":");
  }

  /** Near misses of keys: literals of the patterns with random text in between. */
  @Provide
  Arbitrary<String> keys() {
    Arbitrary<String> parts =
        Arbitraries.of(
            "cache:topic:",
            "cache:snippets:topic:",
            ":page:",
            "tags:{",
            "}",
            ":",
            "a",
            "1",
            " ",
            "\n",
            "\r",
            "\u0085",
            "\u00A0",
            "\u2028",
            "\u3000",
            "\u0000",
            "\uFFFD",
            "\uD83D",
            "\uDE00",
            "é",
            "*",
            "\\E");
    Arbitrary<String> heads = Arbitraries.of("cache:topic:", "cache:snippets:topic:", "tags:{", "");
    Arbitrary<String> tails = parts.list().ofMaxSize(6).map(list -> String.join("", list));
    return heads.flatMap(head -> tails.map(tail -> head + tail));
  }

  @Property
  void parse_givesBackTheOneIdThatFormatTook(@ForAll("ids") String id) {
    assertEquals(Optional.of(List.of(id)), ONE.parse(ONE.format(List.of(id))));
    assertEquals(Optional.of(List.of(id)), AMID.parse(AMID.format(List.of(id))));
  }

  @Property
  void parse_givesBackTheTwoIdsThatFormatTook(
      @ForAll("idsWithoutColon") String topic, @ForAll("idsWithoutColon") String page) {
    List<String> ids = List.of(topic, page);
    assertEquals(Optional.of(ids), TWO.parse(TWO.format(ids)));
  }

  @Property
  void format_refusesAColonWhereItSeparates(
      @ForAll("idsWithoutColon") String before, @ForAll("idsWithoutColon") String after) {
    try {
      TWO.format(List.of(before + ":" + after, "1"));
      throw new AssertionError("A colon was let through");
    } catch (Failure failure) {
      assertEquals(Code.INVALID_ID, failure.code());
    }
  }

  @Property(tries = 5000)
  void parse_acceptsOnlyWhatFormatMakes(@ForAll("keys") String key) {
    for (KeyPattern pattern : ALL) {
      pattern.parse(key).ifPresent(ids -> assertEquals(key, pattern.format(ids)));
    }
  }

  @Property
  void parse_acceptsOfArbitraryTextOnlyWhatFormatMakes(@ForAll String rest) {
    parse_acceptsOnlyWhatFormatMakes("cache:topic:" + rest);
    parse_acceptsOnlyWhatFormatMakes("cache:snippets:topic:" + rest + ":page:" + rest);
  }

  @Property
  void glob_ofAnIdTakenLiterallyHasNoBareSpecialCharacter(@ForAll("ids") String id) {
    String bare = Glob.literally(id).replaceAll("\\\\.", "");
    assertTrue(bare.chars().noneMatch(c -> "*?[]^\\".indexOf(c) >= 0), bare);
  }
}
