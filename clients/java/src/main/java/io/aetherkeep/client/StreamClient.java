package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Client of streams: append-only bytes or JSON messages, which readers follow and resume. */
public final class StreamClient {

  private static final String BEGINNING = "-1";
  private static final int NO_CONTENT = 204;

  /** Deadline of a long poll, longer than a node holds it. */
  private static final Duration POLL = Duration.ofSeconds(90);

  private final HttpSender sender;

  StreamClient(HttpSender sender) {
    this.sender = sender;
  }

  /** Creates a stream, or finds one with the same options; returns a producer of it. */
  public StreamProducer create(String path, StreamOptions options) {
    String fork = options.forkOf();
    sender.send(
        HttpCall.ofStream("PUT", path)
            .header("Content-Type", options.contentType())
            .header("Stream-TTL", seconds(options.ttl()))
            .header("Stream-Lease", seconds(options.lease()))
            .header("Stream-Session", options.session())
            .header("Stream-Text", options.text())
            .header("Stream-Status", options.status())
            .header(
                "Stream-Forked-From",
                fork == null ? null : sender.spacePath() + HttpCall.ofStream("GET", fork).path())
            .header("Stream-Fork-Offset", options.forkOffset()));
    return producer(path, options.contentType(), UUID.randomUUID().toString(), 0);
  }

  private static @Nullable String seconds(@Nullable Duration duration) {
    return duration == null ? null : Long.toString(duration.toSeconds());
  }

  /**
   * Returns a producer of an existing stream.
   *
   * @param id id of the producer; of two with one id, only the one with the higher epoch can append
   */
  public StreamProducer producer(String path, String contentType, String id, long epoch) {
    return new StreamProducer(sender, path, contentType, id, epoch);
  }

  /**
   * Reads the next part that is stored already; it may be empty.
   *
   * @param offset where to read from; null for the beginning
   */
  public StreamPart read(String path, @Nullable String offset) {
    String from = offset == null ? BEGINNING : offset;
    HttpResponse<byte[]> answer =
        sender.send(HttpCall.ofStream("GET", path).query("offset", from), POLL);
    return new StreamPart(answer.body(), answer, from);
  }

  /**
   * Reads a stream to its end by long polls, each part once; it blocks until the stream is closed,
   * or the thread is interrupted. Once it has begun it outlasts restarts of nodes.
   *
   * @param offset where to read from; null for the beginning
   */
  public void follow(String path, @Nullable String offset, Consumer<StreamPart> reader) {
    StreamPart part = read(path, offset);
    // A response without content has no Content-Type either.
    boolean text = part.isText();
    byte[] carried = deliver(part, text, reader);
    while (!part.isClosed()) {
      HttpCall call =
          HttpCall.ofStream("GET", path)
              .query("offset", part.offset())
              .query("cursor", part.cursor().isEmpty() ? null : part.cursor())
              .query("live", part.isUpToDate() ? "long-poll" : null);
      HttpResponse<byte[]> answer = sender.sendOverOutages(call, POLL);
      byte[] fresh = answer.statusCode() == NO_CONTENT ? new byte[0] : answer.body();
      part = new StreamPart(joined(carried, fresh), answer, part.offset());
      carried = deliver(part, text, reader);
    }
  }

  /**
   * Delivers a part without an incomplete UTF-8 character at its end; returns the bytes of that.
   */
  private static byte[] deliver(StreamPart part, boolean text, Consumer<StreamPart> reader) {
    byte[] bytes = part.bytes();
    int whole = part.isClosed() || !text ? bytes.length : completeLength(bytes);
    if (whole > 0 || part.isClosed()) {
      reader.accept(part.with(Arrays.copyOf(bytes, whole)));
    }
    return Arrays.copyOfRange(bytes, whole, bytes.length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /** Returns the length without an incomplete UTF-8 character at the end. */
  private static int completeLength(byte[] bytes) {
    for (int back = 1; back <= Math.min(3, bytes.length); back++) {
      int lead = bytes[bytes.length - back] & 0xFF;
      if (lead >= 0xC0) {
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        return length > back ? bytes.length - back : bytes.length;
      }
      if (lead < 0x80) {
        return bytes.length;
      }
    }
    return bytes.length;
  }

  /** Closes a stream and requests that its producer stops; the stored data stays. */
  public void stop(String path, String reason) {
    sender.send(
        HttpCall.ofStream("POST", path).below("stop").json(Map.of("reason", reason)).again());
  }

  /**
   * Waits until a reader stops a stream, and returns the reason; empty if the stream ended
   * otherwise. A producer calls it in another thread than its appends.
   */
  public Optional<String> awaitStop(String path) {
    HttpCall call = HttpCall.ofStream("GET", path).query("watch", "stop");
    HttpResponse<byte[]> answer = sender.send(call, POLL);
    while (answer.statusCode() == NO_CONTENT) {
      answer = sender.sendOverOutages(call, POLL);
    }
    JsonNode stopped = WireJson.read(answer).path("stopped");
    return stopped.isTextual() ? Optional.of(stopped.asText()) : Optional.empty();
  }

  /** Deletes a stream, whether it exists or not. */
  public void remove(String path) {
    try {
      sender.send(HttpCall.ofStream("DELETE", path));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.STREAM_UNKNOWN) {
        throw e;
      }
    }
  }
}
