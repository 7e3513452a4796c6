package io.aetherkeep.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;

/** Codec of records: by reference inside a JVM, as named JSON between JVMs. */
final class RecordCodec implements MessageCodec<Object, Object> {

  private static final System.Logger LOG = System.getLogger(RecordCodec.class.getName());

  static final String NAME = "aetherkeep.record";

  private final RecordRegistry registry;

  RecordCodec(RecordRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void encodeToWire(Buffer buffer, Object record) {
    append(buffer, record.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8));
    append(buffer, RecordJson.writeForNode(record));
  }

  /** Never throws: the bus would drop the message, and the asker would wait until its deadline. */
  @Override
  public Object decodeFromWire(int position, Buffer buffer) {
    String name = "?";
    try {
      byte[] bytes = read(buffer, position);
      name = new String(bytes, StandardCharsets.UTF_8);
      return registry.decode(name, read(buffer, position + Integer.BYTES + bytes.length));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "Cannot decode a message of another node: " + name, e);
      return new Unreadable(name);
    }
  }

  /** Stands for a message from another node that this one cannot read. */
  record Unreadable(String name) {}

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
