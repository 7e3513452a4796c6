package io.aetherkeep.router.stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.HeldResponse;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * GET by which a producer waits until its stream is stopped or ends otherwise: a long poll, or
 * server-sent events with one event.
 */
public final class StreamEndWait extends HeldStreamRequest {

  private final boolean events;

  private StreamEndWait(Vertx vertx, HttpServerRequest request, Problems problems, boolean events) {
    super(vertx, request, problems);
    this.events = events;
  }

  /**
   * Starts to wait.
   *
   * @param wait timeout of a long poll; null for events, which wait until the stream ends
   */
  public static HeldResponse begin(
      Vertx vertx,
      HttpServerRequest request,
      StreamFeeds feeds,
      StreamName name,
      @Nullable Duration wait,
      Problems problems) {
    StreamEndWait waiting = new StreamEndWait(vertx, request, problems, wait == null);
    if (waiting.events && feeds.isClosed()) {
      waiting.closing();
    } else {
      waiting.hold(feeds, name, "now", wait);
    }
    return waiting;
  }

  /** The end of a stream, as JSON. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Ended(boolean closed, @Nullable String stopped, boolean abandoned) {}

  /** Answers the end if there is one; otherwise opens the event stream. */
  private void answer(@Nullable End end) {
    if (isAnswered()) {
      return;
    }
    begin();
    if (events && !request.response().headWritten()) {
      open(StreamSse.BEAT);
    }
    if (end != null && leave()) {
      tell(end);
    }
  }

  private void tell(End end) {
    HttpServerResponse response = request.response();
    byte[] ended = RecordJson.write(new Ended(true, end.stopped(), end.abandoned()));
    if (events) {
      response.end(Buffer.buffer("event: ended\ndata:").appendBytes(ended).appendString("\n\n"));
      return;
    }
    StreamHeaders.end(
        StreamHeaders.guard(response).set(StreamHeaders.CLOSED, StreamHeaders.TRUE),
        end.stopped(),
        end.abandoned() ? true : null);
    Answers.json(response, Buffer.buffer(ended));
  }

  /** Opens the event stream. Its first bytes show the producer that it works. */
  private void open(Buffer first) {
    HttpServerResponse response = request.response();
    response.setChunked(true);
    StreamSse.head(response);
    response.write(first);
  }

  @Override
  public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
    answer(end);
  }

  @Override
  public void caughtUp(String offset, @Nullable End end) {
    answer(end);
  }

  @Override
  public boolean staysThroughOutages() {
    return true;
  }

  @Override
  public void beat() {
    HttpServerResponse response = request.response();
    if (!isAnswered() && response.headWritten() && !response.closed()) {
      response.write(StreamSse.BEAT);
    }
  }

  @Override
  void onTimeout() {
    HttpServerResponse response = request.response();
    if (events && !response.headWritten()) {
      // A browser opens an ended stream again on another node, but not after a 204.
      open(HeldResponse.reconnectDelay());
    } else if (!response.headWritten()) {
      response.headers().set(HttpHeaders.CACHE_CONTROL, "no-store");
      response.setStatusCode(204);
    }
    response.end();
  }
}
