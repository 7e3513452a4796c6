package io.aetherkeep.client.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.aetherkeep.client.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Value of a topic: the current one first, then each change.
 *
 * @param data the value; a JSON null if there is none
 * @param offset its offset in the topic
 * @param recovered false if changes before this one are lost
 * @param error why the topic is no longer watched; null otherwise
 */
public record TopicUpdate(
    String topic,
    JsonNode data,
    @Nullable String offset,
    boolean recovered,
    @Nullable ProblemException error) {

  static TopicUpdate ofFrame(JsonNode frame) {
    JsonNode error = frame.path("error");
    return new TopicUpdate(
        frame.path("topic").asText(),
        frame.path("data"),
        frame.path("offset").asText(null),
        frame.path("recovered").asBoolean(true),
        error.isObject() ? ProblemException.ofFrame(error) : null);
  }
}
