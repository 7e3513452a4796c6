package io.aetherkeep.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Batch of events for another node: a JSON array of their addresses and bodies. */
final class EventBatch {

  private EventBatch() {}

  /** One event as an element of the array. */
  static Buffer item(String address, byte[] json) {
    return Buffer.buffer(address.length() + json.length + 24)
        .appendString("{\"event\":\"")
        .appendString(address)
        .appendString("\",\"body\":")
        .appendBytes(json)
        .appendString("}");
  }

  /**
   * Passes on the events of a batch and returns their number. Throws a {@link Failure} if the batch
   * is invalid, possibly after some events. The parser is that of records, which limits no name.
   */
  static int open(Buffer batch, BiConsumer<String, JsonObject> consumer) {
    try {
      JsonArray items = (JsonArray) Objects.requireNonNull(RecordJson.untyped(batch.getBytes()));
      for (int i = 0; i < items.size(); i++) {
        JsonObject item = Objects.requireNonNull(items.getJsonObject(i));
        consumer.accept(
            Objects.requireNonNull(item.getString("event")),
            Objects.requireNonNull(item.getJsonObject("body")));
      }
      return items.size();
    } catch (Failure | ClassCastException | NullPointerException e) {
      throw Failure.of(Code.INVALID_BODY, "The message does not contain events of a node");
    }
  }
}
