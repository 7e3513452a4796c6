package io.aetherkeep.keyspace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What tells two documents apart, each difference with its place: a JSON pointer (RFC 6901). */
public final class Changes {

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  // A table of names would be slow with names of equal hash codes.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** More than anyone reads; the last entry then says that there are others. */
  private static final int MOST = 200;

  /** Places that are longer than this, all together, are no better to read. */
  private static final int LONGEST_PLACES = 64 << 10;

  /** The place that is compared, which is a text only where it differs. */
  private final StringBuilder path = new StringBuilder();

  /** Values that are longer than this, all together, are left out: both documents hold them. */
  private static final int LONGEST_VALUES = 64 << 10;

  private int places;
  private int values;

  private final ArrayNode found = JSON.createArrayNode();

  private Changes() {}

  /**
   * An array of {@code {op, path, from?, value?}}; nothing stands for no document.
   *
   * <p>Its length is bounded: long values are {@code omitted}, and after many changes the last is
   * {@code more}.
   */
  public static Document between(@Nullable Document before, @Nullable Document after) {
    Changes changes = new Changes();
    changes.compare(tree(before), tree(after));
    return Document.stored(Buffer.buffer(changes.found.toString()));
  }

  private static @Nullable JsonNode tree(@Nullable Document document) {
    try {
      return document == null ? null : JSON.readTree(document.array());
    } catch (IOException e) {
      throw Failure.of(Code.UNREADABLE_VALUE, "The stored value is not JSON");
    }
  }

  private void compare(@Nullable JsonNode before, @Nullable JsonNode after) {
    if (isFull()) {
      return;
    }
    if (before instanceof ObjectNode one && after instanceof ObjectNode other) {
      members(one, other);
    } else if (before instanceof ArrayNode one && after instanceof ArrayNode other) {
      elements(one, other);
    } else if (before == null ? after != null : !before.equals(after)) {
      note(before, after);
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
