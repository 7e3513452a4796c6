package io.aetherkeep.keyspace;

/** Check of numbers in texts of other services and clients. */
public final class Digits {

  private Digits() {}

  /** Whether a text is 1 to {@code most} of the digits 0 to 9, without a sign. */
  public static boolean isNumber(String text, int most) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return false;
      }
    }
    return length > 0 && length <= most;
  }
}
