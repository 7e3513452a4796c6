package io.aetherkeep.router.http;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Strict percent-decoder: different spellings of an id are one id, and invalid escapes are refused.
 */
public final class PercentDecoder {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PercentDecoder() {}

  /**
   * Characters that other parsers read as the end of a URL or as a slash. Browsers always encode
   * them, unlike the others that RFC 3986 excludes.
   */
  private static final String NEVER_RAW = "#\\\"<>";

  /** Whether a URI has only allowed characters and valid percent escapes. */
  public static boolean isSound(String uri) {
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= ' ' || c > '~' || NEVER_RAW.indexOf(c) >= 0) {
        return false;
      }
      if (c == '%' && !isEscape(uri, i)) {
        return false;
      }
    }
    return true;
  }

  /** Encodes a text as a path segment: all but the unreserved characters. */
  public static String encoded(String segment) {
    StringBuilder encoded = new StringBuilder(segment.length());
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      if ((b >= '0' && b <= '9')
          || (b >= 'A' && b <= 'Z')
          || (b >= 'a' && b <= 'z')
          || "-._~".indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  /** Decodes a path segment. */
  public static String decoded(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        if (!isEscape(segment, i)) {
          throw Failure.of(
              Code.INVALID_ID, "The path contains an invalid percent escape at offset " + i);
        }
        bytes.write(digit(segment, i + 1) << 4 | digit(segment, i + 2));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Failure.of(Code.INVALID_ID, "The path contains bytes that are not UTF-8");
    }
  }

  private static boolean isEscape(String text, int at) {
    return at + 2 < text.length() && digit(text, at + 1) >= 0 && digit(text, at + 2) >= 0;
  }

  private static int digit(String text, int at) {
    return Character.digit(text.charAt(at), 16);
  }
}
