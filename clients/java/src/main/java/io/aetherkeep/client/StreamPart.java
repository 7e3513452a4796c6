package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Part of a stream. */
public final class StreamPart {

  private final byte[] bytes;
  private final String offset;
  private final String cursor;
  private final boolean upToDate;
  private final boolean closed;
  private final boolean stopped;
  private final boolean abandoned;
  private final boolean text;

  private StreamPart(StreamPart other, byte[] bytes) {
    this.bytes = bytes;
    this.offset = other.offset;
    this.cursor = other.cursor;
    this.upToDate = other.upToDate;
    this.closed = other.closed;
    this.stopped = other.stopped;
    this.abandoned = other.abandoned;
    this.text = other.text;
  }

  StreamPart(byte[] bytes, HttpResponse<?> answer, String before) {
    HttpHeaders headers = answer.headers();
    this.bytes = bytes;
    this.offset = headers.firstValue("Stream-Next-Offset").orElse(before);
    this.cursor = headers.firstValue("Stream-Cursor").orElse("");
    this.upToDate = headers.firstValue("Stream-Up-To-Date").isPresent();
    this.closed = is(headers, "Stream-Closed");
    this.stopped = is(headers, "Stream-Stopped");
    this.abandoned = is(headers, "Stream-Abandoned");
    this.text = headers.firstValue("Content-Type").orElse("").startsWith("text/");
  }

  private static boolean is(HttpHeaders headers, String name) {
    return headers.firstValue(name).filter("true"::equals).isPresent();
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  StreamPart with(byte[] other) {
    return new StreamPart(this, other);
  }

  boolean isText() {
    return text;
  }

  boolean isEmpty() {
    return bytes.length == 0;
  }

  /** The text of a text stream. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The messages of a JSON stream. */
  public List<JsonNode> messages() {
    try {
      return isEmpty() ? List.of() : List.of(WireJson.MAPPER.readValue(bytes, JsonNode[].class));
    } catch (IOException e) {
      throw new UncheckedIOException("The stream is not of JSON messages", e);
    }
  }

  /** The offset to continue from, here or in another process. */
  public String offset() {
    return offset;
  }

  String cursor() {
    return cursor;
  }

  /** Whether it reaches the present end of the stream. */
  public boolean isUpToDate() {
    return upToDate;
  }

  /** Whether the stream is closed and ends with it. */
  public boolean isClosed() {
    return closed;
  }

  /** Whether a reader has stopped the stream. */
  public boolean isStopped() {
    return stopped;
  }

  /** Whether the stream was closed because its producer's lease expired. */
  public boolean isAbandoned() {
    return abandoned;
  }
}
