package io.aetherkeep.document;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON pointer (RFC 6901) to a value of a document; the value has its original bytes. */
public final class ValuePointer {

  /** Maximum number of levels: each level is scanned again. */
  private static final int DEEPEST = 32;

  private ValuePointer() {}

  /** Reads the value that a client's pointer names; null if there is none. */
  public static @Nullable Document read(Document document, String pointer) {
    if (pointer.isEmpty()) {
      return document;
    }
    String[] tokens = pointer.split("/", -1);
    if (!tokens[0].isEmpty() || tokens.length > DEEPEST + 1 || pointer.matches(".*~(?![01]).*")) {
      throw Failure.of(
          Code.INVALID_PARAMETER,
          "A JSON pointer is empty or begins with a slash, escapes '~' and '/' as '~0' and '~1', and has"
              + " at most "
              + DEEPEST
              + " levels");
    }
    Document value = document;
    for (int i = 1; i < tokens.length && value != null; i++) {
      value = child(value, tokens[i].replace("~1", "/").replace("~0", "~"));
    }
    return value;
  }

  private static @Nullable Document child(Document value, String token) {
    Members members = Members.tryOf(value);
    if (members != null) {
      return members.value(token);
    }
    if (!value.toString().stripLeading().startsWith("[") || !token.matches("0|[1-9][0-9]{0,8}")) {
      return null;
    }
    List<Document> elements = value.elements();
    int index = Integer.parseInt(token);
    return index < elements.size() ? elements.get(index) : null;
  }
}
