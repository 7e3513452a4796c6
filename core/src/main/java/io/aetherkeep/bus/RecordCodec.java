package io.aetherkeep.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;

/** Carries records by reference inside a JVM and as named JSON between JVMs. */
final class RecordCodec implements MessageCodec<Object, Object> {

  static final String NAME = "aetherkeep.record";

  private final Wire wire;

  RecordCodec(Wire wire) {
    this.wire = wire;
  }

  @Override
  public void encodeToWire(Buffer buffer, Object record) {
    append(buffer, record.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8));
    append(buffer, RecordJson.write(record));
  }

  @Override
  public Object decodeFromWire(int position, Buffer buffer) {
    byte[] name = read(buffer, position);
    byte[] json = read(buffer, position + Integer.BYTES + name.length);
    return wire.decode(new String(name, StandardCharsets.UTF_8), json);
  }

  @Override
  public Object transform(Object record) {
    return record;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  static void append(Buffer buffer, byte[] bytes) {
    buffer.appendInt(bytes.length).appendBytes(bytes);
  }

  static byte[] read(Buffer buffer, int position) {
    int start = position + Integer.BYTES;
    return buffer.getBytes(start, start + buffer.getInt(position));
  }
}
