package io.aetherkeep.status.settings;

import io.aetherkeep.keyspace.Glob;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Words that end a status in one space, by kind, in addition to the kind's own: other services use
 * their own words. A {@code *} matches any characters.
 *
 * @param done words of success
 * @param failed words of failure
 */
public record EndWords(Map<String, List<String>> done, Map<String, List<String>> failed) {

  /** No additional words. */
  public static final EndWords USUAL = new EndWords(Map.of(), Map.of());

  public EndWords {
    done = Map.copyOf(done);
    failed = Map.copyOf(failed);
  }

  /** The kinds that can have additional words. */
  public static List<String> kinds() {
    return StatusKind.ALL.stream().map(StatusKind::text).toList();
  }

  /** The phase that a word means; a word that ends nothing is an intermediate step. */
  public Phase phase(StatusKind kind, String word) {
    if (word.equals(kind.done()) || containsWord(done.get(kind.text()), word)) {
      return Phase.DONE;
    }
    return word.equals(kind.failed())
            || word.equals(StatusKind.CANCELLED)
            || containsWord(failed.get(kind.text()), word)
        ? Phase.FAILED
        : Phase.RUNNING;
  }

  private static boolean containsWord(@Nullable List<String> words, String word) {
    if (words != null) {
      for (String own : words) {
        boolean matches = own.equals(word) || (isGlob(own) && Glob.of(own).matches(word));
        if (matches) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isGlob(String word) {
    return word.indexOf('*') >= 0 || word.indexOf('?') >= 0;
  }
}
