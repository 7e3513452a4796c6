package io.aetherkeep.bus;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The JSON form of the records that may leave a JVM: a closed list, so that no name that comes in
 * makes a class of its choosing.
 */
final class Wire {

  private final Map<String, Class<?>> byName = new HashMap<>();

  private final Set<Class<?>> known;

  Wire(Collection<Class<?>> types) {
    known = Set.copyOf(types);
    for (Class<?> type : types) {
      if (byName.put(type.getSimpleName(), type) != null) {
        throw new IllegalArgumentException("Two wire types are named " + type.getSimpleName());
      }
    }
  }

  /** Whether the type may cross; one that may not is a programming error seen at once. */
  boolean knows(Class<?> type) {
    return known.contains(type);
  }

  Object decode(String name, byte[] json) {
    Class<?> type = byName.get(name);
    if (type == null) {
      throw new IllegalArgumentException("Not a type of the wire: " + name);
    }
    return RecordJson.readFromNode(json, type);
  }

  /** An event's record. */
  static <T> T heard(JsonObject json, Class<T> type) {
    return RecordJson.readEvent(json.toBuffer().getBytes(), type);
  }

  static JsonObject toJson(Object record) {
    if (RecordJson.untyped(RecordJson.write(record)) instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("No JSON object: " + record.getClass().getSimpleName());
  }
}
