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

/** What holds of patterns for any pattern and any id, held against regular expressions. */
class GlobPropertiesTest {

  /** Few characters, so that patterns match by chance; some of several bytes, some special. */
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

  /** Redis's pattern is only stars and characters as they are: what stands there finds it all. */
  @Property
  void forRedis_findsWhateverMatches(@ForAll("patterns") String typed, @ForAll("ids") String id) {
    if (Glob.of(typed).matches(id)) {
      assertTrue(redis(Glob.of(typed).forRedis()).matcher(id).matches());
    }
  }

  /** Every id, taken as it is, is found by itself and by nothing else. */
  @Property
  void literally_findsItself(@ForAll("ids") String id, @ForAll("ids") String other) {
    assertEquals(id.equals(other), redis(Glob.literally(id)).matcher(other).matches());
  }

  /** Redis's reading, of those patterns that have no class in them. */
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
