package io.aetherkeep.document;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Locator of the parts of an object or array within its bytes, and converter of strings. */
public final class JsonSpans {

  private static final Pattern HALVES = Pattern.compile("[\\x{D800}-\\x{DFFF}]");

  private JsonSpans() {}

  /**
   * Adds the members of an object to a list, and returns the number of members of the largest
   * object within it; fails if the bytes are no object.
   */
  static int members(byte[] source, List<Members.Member> members) throws JsonScanner.Fault {
    JsonScanner scanner = new JsonScanner(source);
    scanner.enter('{');
    while (scanner.hasNext('}', members.isEmpty())) {
      int nameStart = scanner.name();
      int start = scanner.value();
      String name = text(source, nameStart, stringEnd(source, nameStart));
      members.add(new Members.Member(name, nameStart, start, scanner.at()));
    }
    scanner.end();
    return scanner.mostMembers();
  }

  /** The start and end of each element of an array. */
  static List<int[]> elements(byte[] source) throws JsonScanner.Fault {
    List<int[]> elements = new ArrayList<>();
    JsonScanner scanner = new JsonScanner(source);
    scanner.enter('[');
    while (scanner.hasNext(']', elements.isEmpty())) {
      elements.add(new int[] {scanner.value(), scanner.at()});
    }
    scanner.end();
    return elements;
  }

  /**
   * The start of the first complete element in the end of an array; the length if there is none.
   * Reads backwards, because only the end of an array is certainly outside of strings.
   */
  static int firstComplete(byte[] end) {
    int first = end.length;
    int depth = 0;
    for (int at = end.length - 1; at >= 0; at--) {
      switch (end[at]) {
        case '"' -> at = stringStart(end, at);
        case ']', '}' -> depth++;
        case '[', '{' -> depth--;
        case ',' -> first = depth == 1 ? at + 1 : first;
        default -> {}
      }
    }
    return first;
  }

  /** The start of the string that ends at a position; negative if it is not within the bytes. */
  private static int stringStart(byte[] source, int end) {
    int escapes;
    int at = end;
    do {
      at--;
      while (at >= 0 && source[at] != '"') {
        at--;
      }
      escapes = 0;
      while (escapes < at && source[at - 1 - escapes] == '\\') {
        escapes++;
      }
    } while (at >= 0 && escapes % 2 == 1);
    return at - escapes > 0 ? at : -1;
  }

  /** The end of the string that starts at a position. */
  static int stringEnd(byte[] source, int start) {
    int at = start + 1;
    while (source[at] != '"') {
      at += source[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  /** Quotes a string; an unpaired surrogate, which UTF-8 cannot encode, becomes an escape. */
  public static String quoted(String text) {
    if (isPlain(text)) {
      return '"' + text + '"';
    }
    String escaped = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text));
    return '"'
        + HALVES
            .matcher(escaped)
            .replaceAll(half -> "\\\\u" + Integer.toHexString(half.group().charAt(0)))
        + '"';
  }

  /** Whether no character needs an escape, as in most texts. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /** The value of a string; start and end include its quotation marks. */
  public static String text(byte[] source, int start, int end) {
    String raw = new String(source, start + 1, end - start - 2, StandardCharsets.UTF_8);
    int escape = raw.indexOf('\\');
    if (escape < 0) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    int copied = 0;
    for (; escape >= 0; escape = raw.indexOf('\\', copied)) {
      text.append(raw, copied, escape);
      boolean unicode = raw.charAt(escape + 1) == 'u';
      copied = escape + (unicode ? 6 : 2);
      text.append(
          unicode
              ? (char) Integer.parseInt(raw, escape + 2, copied, 16)
              : unescaped(raw.charAt(escape + 1)));
    }
    return text.append(raw, copied, raw.length()).toString();
  }

  private static char unescaped(char escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escaped;
    };
  }
}
