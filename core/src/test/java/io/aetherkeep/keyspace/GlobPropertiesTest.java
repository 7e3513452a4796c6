package io.aetherkeep.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Properties of patterns for random patterns and ids, checked against regular expressions. */
class GlobPropertiesTest {

  /** A small alphabet, so that patterns match by chance; with multi-byte and special characters. */
  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of("a", "b", "é", "😀", "[", "]", "\\", "^", "*", "?", "*")
        .list()
        .ofMinSize(1)
        .ofMaxSize(10)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> ids() {
    return Arbitraries.of("a", "b", "é", "😀", "[", "]", "\\", "^", "*", "?")
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  private static Pattern regex(String typed) {
    return Pattern.compile(
        typed
            .codePoints()
            .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
            .collect(Collectors.joining()),
        Pattern.DOTALL);
  }

  @Property
  void matches_isWhatARegularExpressionSays(
      @ForAll("patterns") String typed, @ForAll("ids") String id) {
    assertEquals(regex(typed).matcher(id).matches(), Glob.of(typed).matches(id));
  }

  /**
   * The pattern for Redis has only stars and literal characters, and matches at least the same ids.
   */
  @Property
  void forRedis_findsWhateverMatches(@ForAll("patterns") String typed, @ForAll("ids") String id) {
    if (Glob.of(typed).matches(id)) {
      assertTrue(redis(Glob.of(typed).forRedis()).matcher(id).matches());
    }
  }

  /** An id as a literal pattern matches itself and no other id. */
  @Property
  void literally_findsItself(@ForAll("ids") String id, @ForAll("ids") String other) {
    assertEquals(id.equals(other), redis(Glob.literally(id)).matcher(other).matches());
  }

  /** Redis's semantics of patterns without character classes. */
  private static Pattern redis(String glob) {
    StringBuilder regex = new StringBuilder();
    int[] characters = glob.codePoints().toArray();
    for (int i = 0; i < characters.length; i++) {
      boolean escaped = characters[i] == '\\';
      int c = escaped ? characters[++i] : characters[i];
      regex.append(!escaped && c == '*' ? ".*" : Pattern.quote(Character.toString(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
