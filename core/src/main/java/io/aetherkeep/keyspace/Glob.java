package io.aetherkeep.keyspace;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;

/** A pattern of ids as people type it: {@code *} for any run, {@code ?} for one character. */
public final class Glob {

  private Glob() {}

  /** Redis's form of a typed pattern; what Redis would read as more than {@code * ?} is literal. */
  public static String of(String typed) {
    if (typed.isEmpty() || typed.length() > 256) {
      throw Failure.of(Code.INVALID_PATTERN, "A pattern has 1 to 256 characters");
    }
    if (typed.chars().anyMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c))) {
      throw Failure.of(Code.INVALID_PATTERN, "A pattern holds no white space or control character");
    }
    return escape(typed, "\\[]^");
  }

  /** Text as it is, with nothing in it that Redis would read as a pattern. */
  public static String literally(String text) {
    return escape(text, "\\[]^*?");
  }

  private static String escape(String text, String special) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (special.indexOf(c) >= 0) {
        escaped.append('\\');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }
}
