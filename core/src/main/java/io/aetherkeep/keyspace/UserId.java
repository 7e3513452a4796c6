package io.aetherkeep.keyspace;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Id of a session's user; some systems use numbers, others names.
 *
 * @param text its form in a key or URL
 * @param number whether JSON stores it as a number
 */
public record UserId(String text, boolean number) {

  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,99})");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static UserId read(Object value) {
    if (value instanceof String text) {
      return named(text);
    }
    if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
      return new UserId(value.toString(), true);
    }
    throw Failure.of(Code.INVALID_BODY, "'userId' must be a string or a whole number");
  }

  public static UserId named(String text) {
    return new UserId(text, false);
  }

  public static UserId numbered(long number) {
    return new UserId(Long.toString(number), true);
  }

  /** Suffix of a number in {@link #noted}, which no name has: an id has no white space. */
  private static final String NUMBER = " number";

  /** Parses {@link #noted}; null for an empty text. */
  public static @Nullable UserId ofNote(String noted) {
    boolean number = noted.endsWith(NUMBER);
    String text = number ? noted.substring(0, noted.length() - NUMBER.length()) : noted;
    return text.isEmpty() ? null : new UserId(text, number);
  }

  /** The id as scripts store it, with a suffix that tells numbers from names. */
  public String noted() {
    return number ? text + NUMBER : text;
  }

  /** Whether it can be part of a key: other services may use any text as an id. */
  public boolean fitsKeys() {
    return Ids.valid(text, false);
  }

  /** Whether a text is a whole number of any size. */
  public static boolean isWhole(String text) {
    return WHOLE.matcher(text).matches();
  }

  @JsonValue
  Object json() {
    return number ? new BigInteger(text) : text;
  }

  @Override
  public String toString() {
    return text;
  }
}
