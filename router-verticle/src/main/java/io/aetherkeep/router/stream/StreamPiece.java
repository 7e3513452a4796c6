package io.aetherkeep.router.stream;

import io.aetherkeep.catalogue.StreamAsks;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Slice of a stream for its followers, encoded once for all of them.
 *
 * @see StreamSse
 */
public final class StreamPiece {

  private final StreamFormat format;
  private final long from;
  private final String next;
  private final Buffer bytes;
  private @Nullable Buffer lines;
  private @Nullable StreamPiece wholeCharacters;
  private StreamSse.@Nullable Control control;
  private @Nullable Buffer frame;

  /**
   * Creates a slice.
   *
   * @param from position of its first byte
   * @param next offset after its last byte
   */
  StreamPiece(StreamFormat format, long from, String next, Buffer bytes) {
    this.format = format;
    this.from = from;
    this.next = next;
    this.bytes = bytes;
  }

  /** Kind of a stream's content, which decides its encoding. */
  public enum StreamFormat {
    JSON,
    TEXT,
    BINARY;

    public static StreamFormat of(String contentType) {
      int end = contentType.indexOf(';');
      String media = (end < 0 ? contentType : contentType.substring(0, end)).trim();
      if (media.equalsIgnoreCase("application/json")) {
        return JSON;
      }
      return media.regionMatches(true, 0, "text/", 0, 5) ? TEXT : BINARY;
    }
  }

  long from() {
    return from;
  }

  public long to() {
    return from + bytes.length();
  }

  public String next() {
    return next;
  }

  public boolean isEmpty() {
    return bytes.length() == 0;
  }

  Buffer bytes() {
    return bytes;
  }

  /** The rest after a position. */
  public StreamPiece after(long position) {
    return position == from
        ? this
        : new StreamPiece(
            format, position, next, bytes.slice((int) (position - from), bytes.length()));
  }

  /**
   * The slice without an incomplete character at its end, because an event holds whole characters.
   */
  public StreamPiece ofWholeCharacters() {
    StreamPiece known = wholeCharacters;
    if (known == null) {
      known = withoutUnfinished();
      wholeCharacters = known;
    }
    return known;
  }

  private StreamPiece withoutUnfinished() {
    int left = format == StreamFormat.TEXT ? unfinished(bytes) : 0;
    if (left == 0) {
      return this;
    }
    long end = to() - left;
    return new StreamPiece(
        format, from, StreamOffset.moved(next, end), bytes.slice(0, bytes.length() - left));
  }

  /** The number of bytes of an incomplete character at the end. */
  private static int unfinished(Buffer bytes) {
    int length = bytes.length();
    for (int back = 1; back <= Math.min(3, length); back++) {
      int b = bytes.getByte(length - back) & 0xFF;
      if (b < 0x80) {
        return 0;
      }
      if (b >= 0xC0) {
        int whole = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
        return whole > back ? back : 0;
      }
    }
    return 0;
  }

  /** The body of an HTTP answer. */
  public Buffer body() {
    return format == StreamFormat.JSON ? json() : bytes;
  }

  private Buffer json() {
    byte[] stored = bytes.getBytes();
    if (stored.length == 0) {
      return Buffer.buffer("[]");
    }
    byte[] array = new byte[stored.length + 1];
    array[0] = '[';
    for (int i = 0; i < stored.length; i++) {
      array[i + 1] = stored[i] == StreamAsks.END_OF_MESSAGE ? (byte) ',' : stored[i];
    }
    array[stored.length] = ']';
    return Buffer.buffer(array);
  }

  /** The concatenation with the next slice. */
  public StreamPiece with(StreamPiece following) {
    return new StreamPiece(
        format, from, following.next, bytes.copy().appendBuffer(following.bytes));
  }

  /** The server-sent event with its data, and the control event after it. */
  Buffer frame(StreamSse.Control after) {
    Buffer known = frame;
    if (known == null || !after.equals(control)) {
      known = lines().copy().appendString(after.event(next));
      frame = known;
      control = after;
    }
    return known;
  }

  private Buffer lines() {
    Buffer known = lines;
    if (known == null) {
      known = written();
      lines = known;
    }
    return known;
  }

  private Buffer written() {
    if (format == StreamFormat.BINARY) {
      String encoded = Base64.getEncoder().encodeToString(bytes.getBytes());
      return Buffer.buffer("event: data\ndata:" + encoded + "\n\n");
    }
    String text = body().toString(StandardCharsets.UTF_8);
    StringBuilder event = new StringBuilder(text.length() + 32).append("event: data\n");
    int start = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || text.charAt(at) == '\n' || text.charAt(at) == '\r') {
        // A parser of events removes one space.
        event.append(start < at && text.charAt(start) == ' ' ? "data: " : "data:");
        event.append(text, start, at).append('\n');
        boolean pair =
            at + 1 < text.length() && text.charAt(at) == '\r' && text.charAt(at + 1) == '\n';
        at += pair ? 1 : 0;
        start = at + 1;
      }
    }
    return Buffer.buffer(event.append('\n').toString());
  }
}
