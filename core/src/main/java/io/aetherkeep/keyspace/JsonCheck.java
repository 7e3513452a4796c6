package io.aetherkeep.keyspace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decides whether bytes are one JSON value in UTF-8, as every JSON reader understands it. */
final class JsonCheck {

  /** Python's reader gives up at about a thousand. */
  static final int DEEPEST = 500;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonCheck() {}

  static void require(byte[] bytes) {
    String fault = fault(bytes);
    if (fault != null) {
      throw Failure.of(Code.INVALID_BODY, fault);
    }
  }

  static boolean passes(byte[] bytes) {
    return fault(bytes) == null;
  }

  private static @Nullable String fault(byte[] bytes) {
    if (bytes.length == 0) {
      return "The body is empty";
    }
    // The parser would also take UTF-16, UTF-32 and a byte order mark, which others do not.
    if (!isUtf8(bytes) || bytes[0] == 0 || (bytes.length > 1 && bytes[1] == 0)) {
      return "The body is not UTF-8";
    }
    if (bytes[0] == (byte) 0xEF && bytes.length > 2 && bytes[1] == (byte) 0xBB) {
      return "The body starts with a byte order mark, which JSON has none of";
    }
    return parserFault(bytes);
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static @Nullable String parserFault(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() == null) {
        return "The body is empty";
      }
      parser.skipChildren();
      finishScalar(parser);
      if (parser.nextToken() != null) {
        return "The body goes on after its JSON value, at byte " + at(parser);
      }
      return null;
    } catch (StreamConstraintsException e) {
      return "The JSON is nested deeper than "
          + DEEPEST
          + " levels, or has a number of over 1000 digits";
    } catch (IOException e) {
      return "The body is not JSON: it breaks off or goes wrong near byte " + lastByte(e, bytes);
    }
  }

  /** The parser reads a string lazily, and would pass over one that never ends. */
  private static void finishScalar(JsonParser parser) throws IOException {
    if (parser.currentToken().isScalarValue()) {
      parser.finishToken();
    }
  }

  private static long at(JsonParser parser) {
    return parser.currentTokenLocation().getByteOffset();
  }

  private static long lastByte(IOException e, byte[] bytes) {
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      return Math.max(0, json.getLocation().getByteOffset());
    }
    return bytes.length;
  }
}
