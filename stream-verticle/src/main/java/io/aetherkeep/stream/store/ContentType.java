package io.aetherkeep.stream.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Content type of a stream.
 *
 * @param text the original header value
 * @param media the media type alone, by which types are compared
 */
public record ContentType(String text, String media) {

  private static final Pattern SHAPE =
      Pattern.compile("[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}");
  private static final String DEFAULT = "application/octet-stream";
  private static final int LONGEST = 256;

  /** Cache for the last parsed type, because most appends have the same type. */
  private static volatile ContentType last = stored(DEFAULT);

  /** Parses a header; without one, it is the protocol's default. */
  public static ContentType of(@Nullable String header) {
    ContentType known = last;
    return known.text.equals(header) ? known : checked(header);
  }

  private static ContentType checked(@Nullable String header) {
    String text = header == null || header.isBlank() ? DEFAULT : header.trim();
    ContentType type = stored(text);
    if (text.length() > LONGEST || !SHAPE.matcher(type.media).matches() || hasControl(text)) {
      throw Failure.of(Code.INVALID_HEADER, "Content-Type is not a media type");
    }
    last = type;
    return type;
  }

  static ContentType stored(String text) {
    int end = text.indexOf(';');
    String media = end < 0 ? text : text.substring(0, end);
    return new ContentType(text, media.trim().toLowerCase(Locale.ROOT));
  }

  private static boolean hasControl(String text) {
    return text.chars().anyMatch(c -> c < ' ' || c > '~');
  }

  /** Whether this is a stream of JSON messages. */
  public boolean isJson() {
    return media.equals("application/json");
  }
}
