package io.aetherkeep.keyspace;

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
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What tells two documents apart, each difference with its place: a JSON pointer (RFC 6901). */
public final class Changes {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** More than anyone reads; the last entry then says that there are others. */
  private static final int MOST = 200;

  private final ArrayNode found = JSON.createArrayNode();

  private Changes() {}

  /** An array of {@code {op, path, from?, value?}}; nothing stands for no document. */
  public static Document between(@Nullable Document before, @Nullable Document after) {
    Changes changes = new Changes();
    changes.compare("", tree(before), tree(after));
    return Document.stored(Buffer.buffer(changes.found.toString()));
  }

  private static @Nullable JsonNode tree(@Nullable Document document) {
    try {
      return document == null ? null : JSON.readTree(document.bytes().getBytes());
    } catch (IOException e) {
      throw Failure.of(Code.UNREADABLE_VALUE, "The stored value is not JSON");
    }
  }

  private void compare(String path, @Nullable JsonNode before, @Nullable JsonNode after) {
    if (found.size() > MOST) {
      return;
    }
    if (before instanceof ObjectNode one && after instanceof ObjectNode other) {
      members(path, one, other);
    } else if (before instanceof ArrayNode one && after instanceof ArrayNode other) {
      elements(path, one, other);
    } else if (before == null ? after != null : !before.equals(after)) {
      note(path, before, after);
    }
  }

  private void members(String path, ObjectNode before, ObjectNode after) {
    Set<String> names = new LinkedHashSet<>();
    for (Iterator<String> those = before.fieldNames(); those.hasNext(); ) {
      names.add(those.next());
    }
    after.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      String place = path + "/" + name.replace("~", "~0").replace("/", "~1");
      compare(place, before.get(name), after.get(name));
    }
  }

  private void elements(String path, ArrayNode before, ArrayNode after) {
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      compare(path + "/" + i, before.get(i), after.get(i));
    }
  }

  private void note(String path, @Nullable JsonNode before, @Nullable JsonNode after) {
    ObjectNode change = found.addObject();
    if (found.size() > MOST) {
      change.put("op", "more");
      return;
    }
    change.put("op", before == null ? "add" : after == null ? "remove" : "replace");
    change.put("path", path);
    if (before != null) {
      change.set("from", before);
    }
    if (after != null) {
      change.set("value", after);
    }
  }
}
