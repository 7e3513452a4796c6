package io.aetherkeep.client.spring;

import com.fasterxml.jackson.databind.JsonNode;

/** How attributes of sessions are written as JSON. */
public interface AttributeCodec {

  JsonNode write(Object value);

  Object read(JsonNode value);

  /**
   * Texts, numbers, booleans, and lists and maps of these as JSON, which services in other
   * languages read too. Refuses objects of other classes.
   */
  static AttributeCodec json() {
    return new JsonAttributes();
  }
}
