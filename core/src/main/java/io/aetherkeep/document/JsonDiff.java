package io.aetherkeep.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Differences between two JSON documents, each with its JSON pointer (RFC 6901). */
public final class JsonDiff {

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  // A symbol table is slow with many names of equal hash codes.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .build();

  /** Maximum number of differences; one more entry says that there are more. */
  private static final int MOST = 200;

  /** Maximum length of all pointers together. */
  private static final int LONGEST_PLACES = 64 << 10;

  /** Pointer of the values that are being compared; becomes a string only for a difference. */
  private final StringBuilder path = new StringBuilder();

  /** Maximum length of all values together; further values are left out. */
  private static final int LONGEST_VALUES = 64 << 10;

  private int places;
  private int values;

  private final ArrayNode found = JSON.createArrayNode();

  private JsonDiff() {}

  /**
   * Returns an array of {@code {op, path, from?, value?}}; null stands for no document.
   *
   * <p>Its length is limited: long values are {@code omitted}, and after too many changes the last
   * one is {@code more}.
   */
  public static Document between(@Nullable Document before, @Nullable Document after) {
    JsonDiff changes = new JsonDiff();
    changes.compare(tree(before), tree(after));
    return Document.stored(Buffer.buffer(changes.found.toString()));
  }

  private static @Nullable JsonNode tree(@Nullable Document document) {
    if (document == null) {
      return null;
    }
    try (JsonParser json = JSON.createParser(document.array())) {
      json.nextToken();
      return tree(json);
    } catch (IOException e) {
      throw Failure.of(Code.UNREADABLE_VALUE, "The stored value is not JSON");
    }
  }

  /** Builds a tree that keeps numbers as text: no Java type holds every JSON number. */
  private static JsonNode tree(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.START_OBJECT) {
      ObjectNode object = JSON.createObjectNode();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        object.set(name, tree(json));
      }
      return object;
    }
    if (token == JsonToken.START_ARRAY) {
      ArrayNode array = JSON.createArrayNode();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        array.add(tree(json));
      }
      return array;
    }
    if (token == null) {
      throw new IOException("It ends early");
    }
    boolean number = token.isNumeric();
    return number ? new POJONode(new RawValue(json.getText())) : JSON.readTree(json);
  }

  private void compare(@Nullable JsonNode before, @Nullable JsonNode after) {
    if (isFull()) {
      return;
    }
    if (before instanceof ObjectNode one && after instanceof ObjectNode other) {
      members(one, other);
    } else if (before instanceof ArrayNode one && after instanceof ArrayNode other) {
      elements(one, other);
    } else if (!isSame(before, after)) {
      note(before, after);
    }
  }

  private static boolean isSame(@Nullable JsonNode before, @Nullable JsonNode after) {
    return Objects.equals(before, after)
        || (before instanceof POJONode one
            && after instanceof POJONode other
            && isSameNumber(one.toString(), other.toString()));
  }

  private static boolean isSameNumber(String one, String other) {
    try {
      return new BigDecimal(one).compareTo(new BigDecimal(other)) == 0;
    } catch (NumberFormatException beyond) {
      return false;
    }
  }

  private boolean isFull() {
    return found.size() > MOST || places > LONGEST_PLACES;
  }

  private void members(ObjectNode before, ObjectNode after) {
    Set<String> names = new LinkedHashSet<>();
    before.fieldNames().forEachRemaining(names::add);
    after.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      String step = name.replace("~", "~0").replace("/", "~1");
      compare(step, before.get(name), after.get(name));
    }
  }

  private void elements(ArrayNode before, ArrayNode after) {
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      compare(Integer.toString(i), before.get(i), after.get(i));
    }
  }

  private void compare(String step, @Nullable JsonNode before, @Nullable JsonNode after) {
    int length = path.length();
    path.append('/').append(step);
    compare(before, after);
    path.setLength(length);
  }

  private void note(@Nullable JsonNode before, @Nullable JsonNode after) {
    ObjectNode change = found.addObject();
    places += path.length();
    if (isFull()) {
      change.put("op", "more");
      return;
    }
    change.put("op", before == null ? "add" : after == null ? "remove" : "replace");
    change.put("path", path.toString());
    values += length(before) + length(after);
    if (values > LONGEST_VALUES) {
      change.put("omitted", true);
      return;
    }
    if (before != null) {
      change.set("from", before);
    }
    if (after != null) {
      change.set("value", after);
    }
  }

  private static int length(@Nullable JsonNode value) {
    return value == null ? 0 : value.toString().length();
  }
}
