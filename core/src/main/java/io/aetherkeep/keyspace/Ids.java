package io.aetherkeep.keyspace;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import org.jspecify.annotations.Nullable;

/** Validation of ids, so that none can be read as part of another key. */
final class Ids {

  private static final int LONGEST = 256;

  private Ids() {}

  /**
   * Returns a valid id; throws a failure otherwise.
   *
   * @param separated whether {@code :} separates this id from another one in the key
   */
  static String checked(String variable, String id, boolean separated) {
    String fault = fault(id, separated);
    if (fault != null) {
      throw Failure.of(Code.INVALID_ID, "The " + variable + " " + fault);
    }
    return id;
  }

  static boolean valid(String id, boolean separated) {
    return fault(id, separated) == null;
  }

  private static @Nullable String fault(String id, boolean separated) {
    if (id.isEmpty()) {
      return "is empty";
    }
    if (id.length() > 2 * LONGEST || id.codePointCount(0, id.length()) > LONGEST) {
      return "is longer than " + LONGEST + " characters";
    }
    for (int i = 0; i < id.length(); ) {
      int c = id.codePointAt(i);
      if (Character.isISOControl(c)) {
        return "holds a control character";
      }
      if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        return "holds white space";
      }
      // The replacement character stands for invalid UTF-8, and would make different ids equal.
      if (c == 0xFFFD || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
        return "is not valid UTF-8";
      }
      if (separated && c == ':') {
        return "holds a ':', which separates two ids here";
      }
      i += Character.charCount(c);
    }
    return null;
  }
}
