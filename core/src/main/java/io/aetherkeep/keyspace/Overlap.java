package io.aetherkeep.keyspace;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Overlap test of two key patterns: walks both at once. */
final class Overlap {

  /** One or more characters. */
  static final String ANY = "any";

  /** One or more characters except the separator. */
  static final String ANY_BUT_COLON = "any but :";

  private final List<String> left;
  private final List<String> right;
  private final Set<List<Integer>> seen = new HashSet<>();

  private Overlap(List<String> left, List<String> right) {
    this.left = left;
    this.right = right;
  }

  static boolean of(List<String> left, List<String> right) {
    return new Overlap(left, right).from(0, 0);
  }

  /** Whether the remainders of both patterns can match the same text. */
  private boolean from(int l, int r) {
    if (l == left.size() || r == right.size()) {
      return l == left.size() && r == right.size();
    }
    if (!seen.add(List.of(l, r))) {
      return false;
    }
    if (!shareCharacter(left.get(l), right.get(r))) {
      return false;
    }
    // After a shared character, a wildcard may continue or end.
    return from(l + 1, r + 1)
        || (wild(left.get(l)) && from(l, r + 1))
        || (wild(right.get(r)) && from(l + 1, r));
  }

  private static boolean wild(String token) {
    return token.length() > 1;
  }

  private static boolean shareCharacter(String a, String b) {
    if (wild(a) || wild(b)) {
      return !(a.equals(ANY_BUT_COLON) && b.equals(":"))
          && !(b.equals(ANY_BUT_COLON) && a.equals(":"));
    }
    return a.equals(b);
  }
}
