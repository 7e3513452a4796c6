package io.aetherkeep.client.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Tail of a watched history: the topic delivers the newest messages once, and then each message.
 * Together they are the first value for a watcher that joins.
 */
final class HistoryTail {

  private static final String MESSAGES = "messages";
  private static final String TRUNCATED = "truncated";
  private static final int MOST = 1000;

  private HistoryTail() {}

  /** Returns the current value after an update, which is the update for other topics. */
  static TopicUpdate after(@Nullable TopicUpdate before, TopicUpdate update) {
    boolean isNext = update.topic().startsWith("history/") && update.recovered();
    if (!isNext || before == null || !before.data().isObject() || !update.data().isObject()) {
      return update;
    }
    JsonNode data = joined(before.data(), update.data());
    return new TopicUpdate(
        before.topic(), data, update.offset(), before.recovered(), update.error());
  }

  private static JsonNode joined(JsonNode before, JsonNode next) {
    JsonNode old = before.path(MESSAGES);
    JsonNode fresh = next.path(MESSAGES);
    int dropped = Math.max(0, old.size() + fresh.size() - MOST);
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (int i = dropped; i < old.size() + fresh.size(); i++) {
      messages.add(i < old.size() ? old.get(i) : fresh.get(i - old.size()));
    }
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.set(MESSAGES, messages);
    return all.put(TRUNCATED, dropped > 0 || before.path(TRUNCATED).asBoolean());
  }
}
