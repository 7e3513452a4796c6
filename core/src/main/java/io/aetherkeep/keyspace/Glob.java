package io.aetherkeep.keyspace;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;

/** Glob of ids, as people type it: {@code *} for any characters, {@code ?} for one. */
public final class Glob {

  private final int[] typed;

  private Glob(int[] typed) {
    this.typed = typed;
  }

  public static Glob of(String typed) {
    if (typed.isEmpty() || typed.length() > 256) {
      throw Failure.of(Code.INVALID_PATTERN, "A pattern must have 1 to 256 characters");
    }
    if (typed.chars().anyMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c))) {
      throw Failure.of(
          Code.INVALID_PATTERN, "A pattern must not contain white space or control characters");
    }
    return new Glob(typed.codePoints().toArray());
  }

  /**
   * The glob for Redis. It may match too much, never too little: Redis's {@code ?} matches one
   * byte, not one character, so this writes {@code *} for it.
   */
  public String forRedis() {
    StringBuilder coarse = new StringBuilder();
    boolean open = false;
    for (int c : typed) {
      boolean wild = c == '?' || c == '*';
      if (!wild) {
        coarse.append(literally(Character.toString(c)));
      } else if (!open) {
        coarse.append('*');
      }
      open = wild;
    }
    return coarse.toString();
  }

  /** Whether an id matches. Backtracks to the last {@code *} only, so its time is bounded. */
  public boolean matches(String id) {
    int[] text = id.codePoints().toArray();
    int at = 0;
    int next = 0;
    int star = -1;
    int resume = 0;
    while (at < text.length) {
      if (next < typed.length && typed[next] == '*') {
        star = next++;
        resume = at;
      } else if (next < typed.length && (typed[next] == '?' || typed[next] == text[at])) {
        next++;
        at++;
      } else if (star >= 0) {
        next = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (next < typed.length && typed[next] == '*') {
      next++;
    }
    return next == typed.length;
  }

  /** Escapes a text for Redis's globs. */
  public static String literally(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\\[]^*?".indexOf(c) >= 0) {
        escaped.append('\\');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }
}
