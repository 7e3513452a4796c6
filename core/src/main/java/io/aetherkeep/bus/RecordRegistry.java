package io.aetherkeep.bus;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Registry and JSON form of the records that may leave a JVM. The list is closed, so that incoming
 * names cannot instantiate any other class.
 */
final class RecordRegistry {

  private final Map<String, Class<?>> byName = new HashMap<>();

  private final Set<Class<?>> known;

  RecordRegistry(Collection<Class<?>> types) {
    known = Set.copyOf(types);
    for (Class<?> type : types) {
      if (byName.put(type.getSimpleName(), type) != null) {
        throw new IllegalArgumentException(
            "Two types of the bus are named " + type.getSimpleName());
      }
    }
  }

  /** Whether the type may cross the bus. */
  boolean knows(Class<?> type) {
    return known.contains(type);
  }

  Object decode(String name, byte[] json) {
    Class<?> type = byName.get(name);
    if (type == null) {
      throw new IllegalArgumentException("Not a type of the bus: " + name);
    }
    return RecordJson.readFromNode(json, type);
  }

  /** Decodes an event. */
  static <T> T readEvent(JsonObject json, Class<T> type) {
    return RecordJson.readEvent(json.toBuffer().getBytes(), type);
  }

  /** Parses the JSON of a record, which is an object. */
  static JsonObject object(byte[] json) {
    if (RecordJson.untyped(json) instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("The record is not a JSON object");
  }
}
