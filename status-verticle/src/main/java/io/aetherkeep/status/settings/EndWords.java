package io.aetherkeep.status.settings;

import io.aetherkeep.keyspace.Glob;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Words by which a status of a space ends, by kind, beside the usual words of the kind: other
 * services write words of their own. A {@code *} stands for any characters.
 *
 * @param done words of the end that is hoped for
 * @param failed words of the other
 */
public record EndWords(Map<String, List<String>> done, Map<String, List<String>> failed) {

  /** No words beside the usual ones. */
  public static final EndWords USUAL = new EndWords(Map.of(), Map.of());

  public EndWords {
    done = Map.copyOf(done);
    failed = Map.copyOf(failed);
  }

  /** The kinds that words can be set for. */
  public static List<String> kinds() {
    return StatusKind.ALL.stream().map(StatusKind::text).toList();
  }

  /** Words that are no end are steps in between. */
  public Phase phase(StatusKind kind, String word) {
    if (word.equals(kind.done()) || isAmong(done.get(kind.text()), word)) {
      return Phase.DONE;
    }
    return word.equals(kind.failed()) || isAmong(failed.get(kind.text()), word)
        ? Phase.FAILED
        : Phase.RUNNING;
  }

  private static boolean isAmong(@Nullable List<String> words, String word) {
    return words != null && words.stream().anyMatch(own -> Glob.of(own).matches(word));
  }
}
