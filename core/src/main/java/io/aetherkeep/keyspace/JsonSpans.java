package io.aetherkeep.keyspace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds where in its bytes the parts of an object or an array stand. */
final class JsonSpans {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonCheck.DEEPEST)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final Pattern HALVES = Pattern.compile("[\\x{D800}-\\x{DFFF}]");

  private JsonSpans() {}

  /** The members of an object that is all there is; anything else is an exception. */
  static Members read(byte[] source) throws IOException {
    requireStart(source, '{');
    List<Members.Member> members = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(source)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        int nameStart = (int) parser.currentTokenLocation().getByteOffset();
        JsonToken value = parser.nextToken();
        int start = (int) parser.currentTokenLocation().getByteOffset();
        int end = end(parser);
        members.add(
            new Members.Member(name, nameStart, start, end, value == JsonToken.VALUE_STRING));
      }
      requireEnd(parser, JsonToken.END_OBJECT);
    }
    return new Members(source, members);
  }

  /** Where each element of an array begins and ends, two numbers each. */
  static List<int[]> elements(byte[] source) throws IOException {
    requireStart(source, '[');
    List<int[]> elements = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(source)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == null) {
          throw new IOException("The array breaks off");
        }
        int start = (int) parser.currentTokenLocation().getByteOffset();
        elements.add(new int[] {start, end(parser)});
      }
      requireEnd(parser, JsonToken.END_ARRAY);
    }
    return elements;
  }

  private static int end(JsonParser parser) throws IOException {
    parser.skipChildren();
    if (parser.currentToken().isScalarValue()) {
      parser.finishToken();
    }
    return (int) parser.currentLocation().getByteOffset();
  }

  /** Also keeps out other encodings, which the parser would find out by itself. */
  private static void requireStart(byte[] source, char first) throws IOException {
    int at = 0;
    while (at < source.length && isSpace(source[at])) {
      at++;
    }
    if (at + 1 >= source.length || source[at] != first || source[at + 1] == 0) {
      throw new IOException("It does not begin with " + first);
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static void requireEnd(JsonParser parser, JsonToken last) throws IOException {
    if (parser.currentToken() != last || parser.nextToken() != null) {
      throw new IOException("It goes wrong or goes on");
    }
  }

  /** Where the string that begins there is over. */
  static int stringEnd(byte[] source, int start) {
    int at = start + 1;
    while (source[at] != '"') {
      at += source[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  /** Half a surrogate pair, which UTF-8 has no bytes for, stays what it is as an escape. */
  static String quoted(String text) {
    String escaped = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text));
    return '"'
        + HALVES
            .matcher(escaped)
            .replaceAll(half -> "\\\\u" + Integer.toHexString(half.group().charAt(0)))
        + '"';
  }

  static String unquoted(String string) {
    try (JsonParser parser = JSON.createParser(string)) {
      parser.nextToken();
      return parser.getText();
    } catch (IOException e) {
      throw new IllegalArgumentException("Not a JSON string", e);
    }
  }
}
