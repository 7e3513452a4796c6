package io.aetherkeep.document;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON pointer (RFC 6901) to a text in documents. */
public final class TextPointer {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonPointer pointer;

  private TextPointer(JsonPointer pointer) {
    this.pointer = pointer;
  }

  /** Parses a client's pointer; null points to the document itself. */
  public static TextPointer of(@Nullable String text) {
    try {
      return new TextPointer(text == null ? JsonPointer.empty() : JsonPointer.compile(text));
    } catch (IllegalArgumentException e) {
      throw Failure.of(Code.INVALID_HEADER, "A JSON pointer must be empty or begin with a slash");
    }
  }

  /** The text at the pointer; empty if there is none, or it is no string. */
  public String in(Document document) {
    try {
      JsonNode found = JSON.readTree(document.bytes().getBytes()).at(pointer);
      return found.isTextual() ? found.textValue() : "";
    } catch (IOException e) {
      throw Failure.of(Code.UNREADABLE_VALUE, "The stored value is not JSON");
    }
  }
}
