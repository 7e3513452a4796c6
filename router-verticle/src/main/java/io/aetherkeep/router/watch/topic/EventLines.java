package io.aetherkeep.router.watch.topic;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Encoder of server-sent events: a document is encoded once for all its watchers. */
final class EventLines {

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

  private EventLines() {}

  /**
   * Encodes an event with a document as its data. Line breaks in JSON are white space, so each line
   * becomes a data field.
   *
   * @param fields the id and event fields, each with a line break
   */
  static Buffer of(String fields, Buffer document) {
    byte[] bytes = document.getBytes();
    byte[] head = fields.getBytes(StandardCharsets.UTF_8);
    Buffer lines = Buffer.buffer(head.length + DATA.length + bytes.length + 2);
    lines.appendBytes(head);
    int start = 0;
    for (int at = 0; at <= bytes.length; at++) {
      if (at == bytes.length || isBreak(bytes[at])) {
        lines.appendBytes(DATA).appendBytes(bytes, start, at - start).appendByte((byte) '\n');
        at += isPair(bytes, at) ? 1 : 0;
        start = at + 1;
      }
    }
    return lines.appendByte((byte) '\n');
  }

  private static boolean isBreak(byte b) {
    return b == '\n' || b == '\r';
  }

  private static boolean isPair(byte[] bytes, int at) {
    return at + 1 < bytes.length && bytes[at] == '\r' && bytes[at + 1] == '\n';
  }
}
