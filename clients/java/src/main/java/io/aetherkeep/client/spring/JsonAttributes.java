package io.aetherkeep.client.spring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Codec of attributes that are JSON values already. */
final class JsonAttributes implements AttributeCodec {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public JsonNode write(Object value) {
    requireJson(value);
    return JSON.valueToTree(value);
  }

  private static void requireJson(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      map.keySet().forEach(JsonAttributes::requireText);
      map.values().forEach(JsonAttributes::requireJson);
    } else if (value instanceof List<?> list) {
      list.forEach(JsonAttributes::requireJson);
    } else if (value != null && !isPlain(value)) {
      throw new IllegalArgumentException(
          value.getClass().getName()
              + " cannot be stored as JSON: pass an AttributeCodec that writes it to the"
              + " repository");
    }
  }

  private static boolean isPlain(Object value) {
    return value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double;
  }

  private static void requireText(Object key) {
    if (!(key instanceof String)) {
      throw new IllegalArgumentException("The keys of a map must be texts in JSON");
    }
  }

  @Override
  public Object read(JsonNode value) {
    try {
      return JSON.treeToValue(value, Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("An attribute cannot be read", e);
    }
  }
}
