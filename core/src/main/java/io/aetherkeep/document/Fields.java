package io.aetherkeep.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a hash, in order. */
public record Fields(Map<String, String> values) {

  public Fields {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    if (values.isEmpty()) {
      throw new IllegalArgumentException("A Redis hash needs at least one field");
    }
  }

  public static Fields of(Map<String, String> values) {
    return new Fields(values);
  }
}
