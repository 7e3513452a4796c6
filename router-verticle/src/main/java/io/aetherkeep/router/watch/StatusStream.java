package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.router.codec.HeaderList;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A status as server-sent events. The stream ends with the status; a browser that comes back with
 * the last place then gets 204, which keeps it from coming again.
 */
public final class StatusStream implements StatusWatcher {

  private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");
  private static final CharSequence LAST_EVENT_ID = HttpHeaders.createOptimized("Last-Event-ID");
  private static final Buffer UNKNOWN = Buffer.buffer("event: unknown\ndata: null\n\n");
  private static final Buffer BEAT = Buffer.buffer(":\n\n");

  /** What may wait for a slow reader, who is let go beyond and resumes where it was. */
  private static final int MOST_QUEUED = 1 << 20;

  private final HttpServerRequest request;
  private final StatusWatches watches;
  private final StatusTopic.Name name;
  private final Problems problems;
  private boolean open;

  private StatusStream(
      HttpServerRequest request, StatusWatches watches, StatusTopic.Name name, Problems problems) {
    this.request = request;
    this.watches = watches;
    this.name = name;
    this.problems = problems;
  }

  /** Whether a stream is wanted by name, and JSON not more. */
  public static boolean isAskedFor(HttpServerRequest request) {
    List<String> accept = request.headers().getAll(HttpHeaders.ACCEPT);
    if (accept.isEmpty()) {
      return false;
    }
    Double events = HeaderList.quality(accept, EVENTS.toString());
    Double json = HeaderList.quality(accept, "application/json");
    return events != null && events > 0 && (json == null || events >= json);
  }

  public static StatusStream open(
      HttpServerRequest request, StatusWatches watches, StatusTopic.Name name, Problems problems) {
    StatusStream stream = new StatusStream(request, watches, name, problems);
    String after = after(request);
    request.response().closeHandler(closed -> watches.leave(name, stream));
    request.response().exceptionHandler(broken -> watches.leave(name, stream));
    watches.watch(name, after, stream);
    return stream;
  }

  private static @Nullable String after(HttpServerRequest request) {
    String after = request.getHeader(LAST_EVENT_ID);
    if (after == null || after.isEmpty()) {
      return null;
    }
    if (!Status.isOffset(after)) {
      throw Failure.of(Code.INVALID_HEADER, "Last-Event-ID takes an id as it was given out here");
    }
    return after;
  }

  @Override
  public void begun(List<StatusNews> since) {
    HttpServerResponse response = request.response();
    if (isOver(response)) {
      return;
    }
    if (since.isEmpty() && watches.isFinal(name)) {
      response.setStatusCode(204).end();
      watches.leave(name, this);
      return;
    }
    begin(response);
    since.forEach(this::told);
  }

  @Override
  public void unknown() {
    HttpServerResponse response = request.response();
    if (!isOver(response)) {
      begin(response);
      write(UNKNOWN);
    }
  }

  private boolean isOver(HttpServerResponse response) {
    boolean over = response.ended() || response.closed();
    if (over) {
      watches.leave(name, this);
    }
    return over;
  }

  private void begin(HttpServerResponse response) {
    open = true;
    response.setChunked(true).setWriteQueueMaxSize(MOST_QUEUED);
    response
        .headers()
        .set(HttpHeaders.CONTENT_TYPE, EVENTS)
        .set(HttpHeaders.CACHE_CONTROL, "no-store")
        // A compressor would hold events back.
        .set(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .set("X-Accel-Buffering", "no");
    response.write(greeting());
  }

  /** After how long to come back, not the same for all. */
  private static Buffer greeting() {
    return Buffer.buffer("retry: " + ThreadLocalRandom.current().nextInt(1000, 3000) + "\n\n");
  }

  @Override
  public void told(StatusNews news) {
    if (write(news.frame()) && news.status().terminal()) {
      end();
    }
  }

  @Override
  public void beat() {
    write(BEAT);
  }

  private boolean write(Buffer frame) {
    HttpServerResponse response = request.response();
    if (!open || response.closed()) {
      return false;
    }
    if (response.writeQueueFull()) {
      open = false;
      watches.leave(name, this);
      response.reset();
      return false;
    }
    response.write(frame);
    return true;
  }

  private void end() {
    if (open) {
      open = false;
      watches.leave(name, this);
      request.response().end();
    }
  }

  @Override
  public void gone(Throwable why) {
    if (open) {
      write(Push.goneLines(why));
      end();
    } else {
      watches.leave(name, this);
      problems.send(request, why);
    }
  }

  @Override
  public void closing() {
    end();
  }
}
