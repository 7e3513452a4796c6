package io.aetherkeep.document;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON object that a Redis hash holds: each member is a field with a text, and an object or an
 * array is that text's JSON. Members are sorted, because Redis does not keep the order of fields.
 */
public final class HashDocument {

  private HashDocument() {}

  /** Returns the document of a hash's fields. */
  public static Document of(Map<String, String> fields) {
    Map<String, @Nullable Document> members = new TreeMap<>();
    fields.forEach((name, text) -> members.put(name, value(text)));
    return Document.object(members);
  }

  /** Returns the value of a field: its text, or the object or array that the text is. */
  public static Document value(String text) {
    boolean nested = text.startsWith("{") || text.startsWith("[");
    Document json = Document.stored(Buffer.buffer(text));
    return nested && json.isJson() ? json : Document.ofText(text);
  }

  /** Returns a client's value as it will be read back; throws if a hash cannot hold it exactly. */
  public static Document checked(Document value) {
    Members members = Members.tryOf(value);
    if (members == null || members.size() == 0) {
      throw unsupported("A hash holds an object with at least one member");
    }
    Map<String, String> fields = fields(members);
    for (String name : members.names()) {
      String text = fields.get(name);
      if (text == null || !value(text).equals(member(members, name))) {
        throw unsupported(
            "'"
                + name
                + "' must be a string that is not JSON itself, an object or an array: a hash holds"
                + " texts");
      }
    }
    return of(fields);
  }

  /** Members compare by their text, however it was escaped. */
  private static Document member(Members members, String name) {
    return members.isText(name)
        ? Document.ofText(Objects.requireNonNull(members.text(name)))
        : Objects.requireNonNull(members.value(name));
  }

  private static Failure unsupported(String detail) {
    return Failure.of(Code.UNSUPPORTED_VALUE, detail);
  }

  /**
   * Returns an origin's value as a hash can hold it: numbers and booleans become texts, null is
   * left out. Throws if nothing is left.
   */
  public static Document adapted(Document value) {
    Members members = Members.tryOf(value);
    Map<String, String> fields = members == null ? Map.of() : fields(members);
    if (fields.isEmpty()) {
      throw Failure.of(
          Code.UNREADABLE_VALUE, "The system of record's value is no object, as a hash needs it");
    }
    return of(fields);
  }

  /** Returns the fields and texts of a value, in turn. */
  public static List<String> pairs(Document value) {
    List<String> pairs = new ArrayList<>();
    fields(Members.of(value))
        .forEach(
            (name, text) -> {
              pairs.add(name);
              pairs.add(text);
            });
    return pairs;
  }

  private static Map<String, String> fields(Members members) {
    Map<String, String> fields = new TreeMap<>();
    for (String name : members.names()) {
      String text = members.text(name);
      if (text != null) {
        fields.put(name, text);
      }
    }
    return fields;
  }
}
