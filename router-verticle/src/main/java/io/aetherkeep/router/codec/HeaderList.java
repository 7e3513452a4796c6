package io.aetherkeep.router.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A header field that is a list (RFC 9110, section 5.6.1); commas in quoted strings part nothing.
 */
public final class HeaderList {

  private HeaderList() {}

  /** The elements of all lines of a field, in their order, without those that are empty. */
  public static List<String> of(List<String> lines) {
    return parts(String.join(",", lines), ',');
  }

  /** The element and its parameters: what semicolons part. */
  static List<String> parameters(String element) {
    return parts(element, ';');
  }

  /**
   * The preference of this name (RFC 7240): its value, empty where it has none; nothing where it is
   * not stated.
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
   * How much a media type is wanted: from 0, not at all, to 1. Only the type itself counts, and no
   * range that it is in; nothing where it is not named.
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
        return value.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(value) : 0;
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
