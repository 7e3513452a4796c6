package io.aetherkeep.router.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parser of list-based header fields (RFC 9110, section 5.6.1), which respects commas in quoted
 * strings.
 */
public final class HeaderList {

  private static final Pattern QUALITY = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");

  private HeaderList() {}

  /** Returns the non-empty elements of all lines of a field, in order. */
  public static List<String> of(List<String> lines) {
    return parts(String.join(",", lines), ',');
  }

  /** Splits an element at its semicolons: the value first, then its parameters. */
  static List<String> parameters(String element) {
    return parts(element, ';');
  }

  /**
   * Returns the value of a preference (RFC 7240), empty if it has none, or null if it is absent.
   */
  static @Nullable public String preference(List<String> lines, String name) {
    for (String element : of(lines)) {
      String stated = parameters(element).get(0);
      int equals = stated.indexOf('=');
      String called = equals < 0 ? stated : stated.substring(0, equals);
      if (called.strip().equalsIgnoreCase(name)) {
        return equals < 0 ? "" : unquoted(stated.substring(equals + 1).strip());
      }
    }
    return null;
  }

  /**
   * Returns the quality of a media type in an {@code Accept}, from 0 to 1, or null if the type is
   * not listed; ranges such as {@code text/*} do not count.
   */
  static @Nullable public Double quality(List<String> accept, String mediaType) {
    for (String element : of(accept)) {
      List<String> parts = parameters(element);
      if (parts.get(0).equalsIgnoreCase(mediaType)) {
        return quality(parts);
      }
    }
    return null;
  }

  private static double quality(List<String> parts) {
    for (String part : parts.subList(1, parts.size())) {
      String parameter = part.toLowerCase(Locale.ROOT).replaceAll("\\s", "");
      if (parameter.startsWith("q=")) {
        String value = parameter.substring(2);
        return QUALITY.matcher(value).matches() ? Double.parseDouble(value) : 0;
      }
    }
    return 1;
  }

  static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static List<String> parts(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? separator : text.charAt(i);
      if (i == text.length() || (c == separator && !quoted)) {
        String part = text.substring(start, i).strip();
        start = i + 1;
        if (!part.isEmpty() || (separator == ';' && parts.isEmpty())) {
          parts.add(part);
        }
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted && i + 1 < text.length()) {
        i++;
      }
    }
    return parts;
  }
}
