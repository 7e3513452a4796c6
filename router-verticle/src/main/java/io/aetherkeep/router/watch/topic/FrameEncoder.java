package io.aetherkeep.router.watch.topic;

import io.aetherkeep.bus.RecordJson;
import java.nio.ByteBuffer;

/** Encoder of WebSocket frames: a message is encoded once for all its receivers. */
public final class FrameEncoder {

  /** A longer message is sent in fragments of this length. */
  private static final int LONGEST_FRAME = 1 << 16;

  private static final int FINAL = 0x80;
  private static final int TEXT = 1;
  private static final int CONTINUATION = 0;
  private static final int LONGEST_HEADER = 10;

  private FrameEncoder() {}

  /** Encodes a record as JSON in the frames of one text message. */
  public static byte[] json(Object record) {
    return text(RecordJson.write(record));
  }

  /** Encodes a text in the frames of one message. */
  static byte[] text(byte[] utf8) {
    int frames = Math.max(1, (utf8.length + LONGEST_FRAME - 1) / LONGEST_FRAME);
    ByteBuffer wire = ByteBuffer.allocate(utf8.length + frames * LONGEST_HEADER);
    int from = 0;
    for (int i = 0; i < frames; i++) {
      int length = Math.min(LONGEST_FRAME, utf8.length - from);
      int last = i == frames - 1 ? FINAL : 0;
      wire.put((byte) (last | (i == 0 ? TEXT : CONTINUATION)));
      length(wire, length);
      wire.put(utf8, from, length);
      from += length;
    }
    byte[] exact = new byte[wire.flip().remaining()];
    wire.get(exact);
    return exact;
  }

  private static void length(ByteBuffer wire, int length) {
    if (length < 126) {
      wire.put((byte) length);
    } else if (length < 1 << 16) {
      wire.put((byte) 126).putShort((short) length);
    } else {
      wire.put((byte) 127).putLong(length);
    }
  }
}
