package io.aetherkeep.router.stream;

import io.aetherkeep.catalogue.StreamAsks;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a stream on its way to those who follow it, written out once for all of them.
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
   * A piece.
   *
   * @param from the position of its first byte
   * @param next the offset after its last
   */
  StreamPiece(StreamFormat format, long from, String next, Buffer bytes) {
    this.format = format;
    this.from = from;
    this.next = next;
    this.bytes = bytes;
  }

  /** What the bytes of a stream are, as far as it matters to whoever passes them on. */
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

  /** What is left of it for whoever has its beginning. */
  public StreamPiece after(long position) {
    return position == from
        ? this
        : new StreamPiece(
            format, position, next, bytes.slice((int) (position - from), bytes.length()));
  }

  /**
   * The same without the beginning of a character whose end is not there yet; a text's event holds
   * whole characters.
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

  /** How many bytes at the end are of a character that goes on. */
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

  /** The body of an answer that is this piece. */
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

  /** What goes on where it ended. */
  public StreamPiece with(StreamPiece following) {
    return new StreamPiece(
        format, from, following.next, bytes.copy().appendBuffer(following.bytes));
  }

  /** The server-sent event that holds it, and the control event after it. */
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
        // A reader takes one space off.
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
