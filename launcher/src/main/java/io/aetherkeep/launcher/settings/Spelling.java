package io.aetherkeep.launcher.settings;

import java.util.Collection;
import java.util.Comparator;

/** Suggestion of the known name that is nearest to a misspelt one. */
final class Spelling {

  private Spelling() {}

  static String near(String misspelt, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(name -> distance(misspelt, name)))
        .filter(name -> distance(misspelt, name) <= 3)
        .map(name -> "did you mean " + name + "?")
        .orElse("--print-config lists all settings");
  }

  /** The edit distance (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int same = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(same, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
