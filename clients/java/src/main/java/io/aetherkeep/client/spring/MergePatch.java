package io.aetherkeep.client.spring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON merge patch (RFC 7396) of the members that differ between two objects. */
final class MergePatch {

  private MergePatch() {}

  /** Returns the patch that gives each of the new members its value, and leaves others. */
  static ObjectNode of(ObjectNode before, ObjectNode after) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    after
        .properties()
        .forEach(
            field -> add(patch, field.getKey(), before.path(field.getKey()), field.getValue()));
    return patch;
  }

  private static void add(ObjectNode patch, String name, JsonNode before, JsonNode after) {
    if (before instanceof ObjectNode old && after instanceof ObjectNode now) {
      ObjectNode inner = of(old, now);
      old.properties()
          .forEach(
              member -> {
                if (!now.has(member.getKey()) && !member.getValue().isNull()) {
                  inner.putNull(member.getKey());
                }
              });
      if (!inner.isEmpty()) {
        patch.set(name, inner);
      }
    } else if (!isSame(before, after)) {
      patch.set(name, after);
    }
  }

  /** Compares texts, because numbers of different Java types are equal in JSON. */
  private static boolean isSame(JsonNode before, JsonNode after) {
    boolean absent = before.isMissingNode() || before.isNull();
    return absent ? after.isNull() : before.toString().equals(after.toString());
  }
}
