package io.aetherkeep.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Events on their way to another node: a JSON array of their names and bodies. */
final class Parcel {

  private Parcel() {}

  /** One event, as a member of the array. */
  static Buffer item(String address, JsonObject body) {
    return new JsonObject().put("event", address).put("body", body).toBuffer();
  }

  /**
   * Hands out the events of a parcel, and answers how many there were; a {@link Failure} if it is
   * none, of which some may have been handed out.
   */
  static int open(Buffer parcel, BiConsumer<String, JsonObject> taker) {
    try {
      JsonArray items = parcel.toJsonArray();
      for (int i = 0; i < items.size(); i++) {
        JsonObject item = Objects.requireNonNull(items.getJsonObject(i));
        taker.accept(
            Objects.requireNonNull(item.getString("event")),
            Objects.requireNonNull(item.getJsonObject("body")));
      }
      return items.size();
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw Failure.of(Code.INVALID_BODY, "Not the events of a node");
    }
  }
}
