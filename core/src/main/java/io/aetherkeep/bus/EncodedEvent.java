package io.aetherkeep.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;

/**
 * Event in JSON, for plain consumers of its address in this JVM: each parses its own {@code
 * JsonObject} when it reads the message, so without consumers nothing is parsed.
 */
final class EncodedEvent {

  private final byte[] json;

  EncodedEvent(byte[] json) {
    this.json = json;
  }

  /** Codec of such events, which do not leave the JVM. */
  static final class Codec implements MessageCodec<EncodedEvent, JsonObject> {

    @Override
    public JsonObject transform(EncodedEvent event) {
      return RecordRegistry.object(event.json);
    }

    @Override
    public void encodeToWire(Buffer buffer, EncodedEvent event) {
      throw new UnsupportedOperationException("An encoded event does not leave the JVM");
    }

    @Override
    public JsonObject decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException("An encoded event does not leave the JVM");
    }

    @Override
    public String name() {
      return "aetherkeep.event";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
