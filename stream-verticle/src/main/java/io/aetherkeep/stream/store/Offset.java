package io.aetherkeep.stream.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Offset in a stream: a byte position, and the epoch of the byte before it.
 *
 * <p>A stream starts with an epoch, and begins another one when its Redis server has changed, which
 * may have lost acknowledged appends: then a position may be reused, but an offset is not. The text
 * form is padded, so that offsets sort as strings.
 */
public record Offset(long epoch, long position) {

  private static final int DIGITS = 16;
  private static final int LENGTH = 2 * DIGITS + 1;

  /** The offset at the beginning. */
  public static final Offset ZERO = new Offset(0, 0);

  /** Parses a client's offset. */
  static Offset parse(String text) {
    if (text.length() != LENGTH || text.charAt(DIGITS) != '_') {
      throw malformed();
    }
    for (int i = 0; i < LENGTH; i++) {
      if (i != DIGITS && (text.charAt(i) < '0' || text.charAt(i) > '9')) {
        throw malformed();
      }
    }
    return new Offset(
        Long.parseLong(text, 0, DIGITS, 10), Long.parseLong(text, DIGITS + 1, LENGTH, 10));
  }

  /** Parses an offset; null for the names of the beginning and the tail. */
  static @Nullable public Offset parseUnlessNamed(@Nullable String text) {
    return text == null || text.equals(BEGINNING) || text.equals(TAIL) ? null : parse(text);
  }

  /** The protocol's name for the beginning. */
  static final String BEGINNING = "-1";

  /** The protocol's name for the current tail. */
  public static final String TAIL = "now";

  private static Failure malformed() {
    return Failure.of(
        Code.INVALID_OFFSET, "The offset must be -1, now, or a Stream-Next-Offset of this stream");
  }

  @Override
  public String toString() {
    byte[] text = new byte[LENGTH];
    pad(text, epoch, DIGITS);
    text[DIGITS] = '_';
    pad(text, position, LENGTH);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** Writes the digits of a number before a place, with zeros before them. */
  private static void pad(byte[] text, long number, int end) {
    long rest = number;
    for (int at = end - 1; at >= end - DIGITS; at--) {
      text[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
