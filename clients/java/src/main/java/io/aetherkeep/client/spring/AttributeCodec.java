package io.aetherkeep.client.spring;

import com.fasterxml.jackson.databind.JsonNode;

/** Codec of session attributes to JSON. */
public interface AttributeCodec {

  JsonNode write(Object value);

  Object read(JsonNode value);

  /**
   * Codec of texts, numbers, booleans, and lists and maps of these, which services in other
   * languages can read. It refuses objects of other classes. A member of a map that is null may be
   * left out.
   */
  static AttributeCodec json() {
    return new JsonAttributes();
  }
}
