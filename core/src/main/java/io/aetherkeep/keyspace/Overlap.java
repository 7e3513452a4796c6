package io.aetherkeep.keyspace;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides whether two key patterns share a key, by walking both at once. */
final class Overlap {

  /** One character or more, of any kind. */
  static final String ANY = "any";

  /** One character or more, none of them the separator. */
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

  /** Whether the rests of both patterns from here on share a text. */
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
    // After one shared character a wildcard may go on or be done.
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
