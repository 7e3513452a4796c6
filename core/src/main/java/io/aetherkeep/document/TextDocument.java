package io.aetherkeep.document;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * JSON string whose text a Redis string holds, without quotation marks and escapes: HTML, a number,
 * or any other text in UTF-8.
 */
public final class TextDocument {

  private TextDocument() {}

  /** Returns the document of stored bytes; it is not JSON if they are not UTF-8. */
  public static Document of(Buffer stored) {
    try {
      return quoted(decoded(stored));
    } catch (CharacterCodingException e) {
      return Document.stored(stored);
    }
  }

  /** Returns the document of a text from a client; throws if it is not UTF-8. */
  public static Document received(Buffer text) {
    try {
      return quoted(decoded(text));
    } catch (CharacterCodingException e) {
      throw Failure.of(Code.INVALID_BODY, "The text is not UTF-8");
    }
  }

  private static String decoded(Buffer text) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.getBytes())).toString();
  }

  private static Document quoted(String text) {
    byte[] escaped = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    return Document.written(
        Buffer.buffer(escaped.length + 2)
            .appendByte((byte) '"')
            .appendBytes(escaped)
            .appendByte((byte) '"'));
  }

  /** Returns the bytes of the text of a document that this class returned. */
  public static Buffer bytes(Document value) {
    byte[] json = value.array();
    return Buffer.buffer(
        value.isJson()
            ? JsonSpans.text(json, 0, json.length).getBytes(StandardCharsets.UTF_8)
            : json);
  }

  private static boolean isString(byte[] json) {
    return json.length > 1 && json[0] == '"' && json[json.length - 1] == '"';
  }

  /** Returns a client's value as it will be read back; throws unless it is a string. */
  public static Document checked(Document value) {
    byte[] json = value.toString().strip().getBytes(StandardCharsets.UTF_8);
    if (!isString(json)) {
      throw unsupported(
          "This keyspace stores texts: send a JSON string, or the text as text/plain");
    }
    String text = JsonSpans.text(json, 0, json.length);
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw unsupported("The text has an unpaired surrogate, which UTF-8 cannot encode");
    }
    return quoted(text);
  }

  private static Failure unsupported(String detail) {
    return Failure.of(Code.UNSUPPORTED_VALUE, detail);
  }

  /** Returns an origin's value as text: a string as its text, any other value as its JSON. */
  public static Document adapted(Document value) {
    byte[] json = value.toString().strip().getBytes(StandardCharsets.UTF_8);
    return isString(json) ? checked(value) : of(Buffer.buffer(json));
  }
}
