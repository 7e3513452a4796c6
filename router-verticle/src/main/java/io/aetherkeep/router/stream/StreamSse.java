package io.aetherkeep.router.stream;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.router.http.HeldResponse;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.stream.StreamPiece.StreamFormat;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stream as server-sent events: a {@code data} event for each slice, followed by a {@code control}
 * event with the next offset.
 */
public final class StreamSse implements StreamFollower, HeldResponse {

  private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");
  static final Buffer BEAT = Buffer.buffer(":\n\n");

  /** Limit of the write queue of a slow reader; other data waits in Redis. */
  private static final int MOST_QUEUED = 1 << 17;

  /**
   * Lifetime of a response, after which the client reconnects, so that caches can share responses.
   */
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final HttpServerRequest request;
  private final Problems problems;
  private final long cursor;
  private final long since = System.nanoTime();
  private @Nullable StreamFeed feed;
  private @Nullable StreamPiece rest;
  private @Nullable String contentType;
  private boolean open;
  private boolean over;

  /** Control event after a slice, equal for most followers. */
  record Control(boolean upToDate, @Nullable End end, long cursor) {

    String event(String offset) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("streamNextOffset", offset);
      if (end == null) {
        fields.put("streamCursor", Long.toString(cursor));
      }
      if (upToDate) {
        fields.put("upToDate", true);
      }
      if (end != null) {
        fields.put("streamClosed", true);
        if (end.stopped() != null) {
          fields.put("streamStopped", end.stopped());
        }
        if (end.abandoned()) {
          fields.put("streamAbandoned", true);
        }
      }
      return "event: control\ndata:"
          + new String(RecordJson.write(fields), StandardCharsets.UTF_8)
          + "\n\n";
    }
  }

  private StreamSse(HttpServerRequest request, Problems problems, long sentCursor) {
    this.request = request;
    this.problems = problems;
    this.cursor = sentCursor < StreamCursor.now() ? 0 : StreamCursor.after(sentCursor);
  }

  public static StreamSse open(
      HttpServerRequest request,
      StreamFeeds feeds,
      StreamName name,
      String offset,
      long sentCursor,
      Problems problems) {
    StreamSse stream = new StreamSse(request, problems, sentCursor);
    HttpServerResponse response = request.response();
    response.closeHandler(closed -> stream.leave());
    response.exceptionHandler(broken -> stream.leave());
    if (feeds.isClosed()) {
      stream.closing();
    } else {
      stream.feed = feeds.follow(name, offset, stream);
    }
    return stream;
  }

  private void leave() {
    over = true;
    if (feed != null) {
      feed.leave(this);
    }
  }

  @Override
  public void opened(String type) {
    contentType = type;
  }

  private void begin() {
    if (open || over) {
      return;
    }
    open = true;
    HttpServerResponse response = request.response();
    response.setChunked(true).setWriteQueueMaxSize(MOST_QUEUED);
    response.drainHandler(
        room -> {
          if (feed != null) {
            feed.resume(this);
          }
        });
    head(response);
    if (contentType != null && StreamFormat.of(contentType) == StreamFormat.BINARY) {
      response.headers().set(StreamHeaders.ENCODING, "base64");
    }
  }

  /** Sets the headers of an event stream. */
  static void head(HttpServerResponse response) {
    StreamHeaders.guard(response)
        .set(HttpHeaders.CONTENT_TYPE, EVENTS)
        .set(HttpHeaders.CACHE_CONTROL, "no-cache, no-store")
        // Compression would delay events.
        .set(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .set("X-Accel-Buffering", "no");
  }

  @Override
  public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
    begin();
    StreamPiece all = rest == null ? piece : rest.with(piece);
    StreamPiece sent = end == null ? all.ofWholeCharacters() : all;
    rest = sent.to() < all.to() ? all.after(sent.to()) : null;
    if (!sent.isEmpty() && !over) {
      request.response().write(sent.frame(control(upToDate, end)));
    }
    finish(end);
  }

  @Override
  public void caughtUp(String offset, @Nullable End end) {
    begin();
    StreamPiece last = rest;
    if (last != null && end != null) {
      rest = null;
      request.response().write(last.frame(control(true, end)));
    } else if (!over) {
      request.response().write(control(true, end).event(offset));
    }
    finish(end);
  }

  private void finish(@Nullable End end) {
    if (end != null && !over) {
      leave();
      request.response().end();
    }
  }

  private Control control(boolean upToDate, @Nullable End end) {
    return new Control(upToDate, end, Math.max(cursor, StreamCursor.now()));
  }

  @Override
  public boolean hasRoom() {
    return !open || !request.response().writeQueueFull();
  }

  @Override
  public boolean staysThroughOutages() {
    return open;
  }

  @Override
  public void beat() {
    HttpServerResponse response = request.response();
    if (!open || response.ended() || response.closed()) {
      return;
    }
    if (System.nanoTime() - since > LONGEST_NANOS) {
      closing();
    } else if (hasRoom()) {
      response.write(BEAT);
    }
  }

  @Override
  public void fail(Throwable reason) {
    leave();
    if (open) {
      request.response().end();
    } else {
      problems.send(request, reason);
    }
  }

  /**
   * Ends the response, which a browser opens again on another node; after a 503 or 204 it would
   * not.
   */
  @Override
  public void closing() {
    HttpServerResponse response = request.response();
    if (!over && !response.ended() && !response.closed()) {
      if (!open) {
        head(response);
        response.setChunked(true).write(HeldResponse.reconnectDelay());
      }
      leave();
      response.end();
    }
  }
}
