package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.router.codec.HeaderList;
import io.aetherkeep.router.codec.HttpPipeline;
import io.aetherkeep.router.http.HeldResponse;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicKind;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events of a topic. The response ends when the topic does; a browser that reconnects
 * with the last offset then gets 204, which stops it.
 */
public final class TopicSse implements TopicWatcher, HeldResponse {

  private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");
  private static final CharSequence LAST_EVENT_ID = HttpHeaders.createOptimized("Last-Event-ID");
  private static final Buffer BEAT = Buffer.buffer(":\n\n");

  /**
   * Bytes that may wait for a slow reader; beyond it the response is aborted, and its client
   * resumes.
   */
  private static final int MOST_QUEUED = 1 << 20;

  private final HttpServerRequest request;
  private final WatchHub hub;
  private final TopicName name;
  private final Problems problems;
  private WatchHub.@Nullable Subscription subscription;
  private @Nullable SharedFrame waiting;
  private boolean open;
  private boolean over;

  private TopicSse(HttpServerRequest request, WatchHub hub, TopicName name, Problems problems) {
    this.request = request;
    this.hub = hub;
    this.name = name;
    this.problems = problems;
  }

  /** Whether the request is a GET that accepts events at least as much as JSON. */
  public static boolean isAskedFor(HttpServerRequest request) {
    List<String> accept = request.headers().getAll(HttpHeaders.ACCEPT);
    if (accept.isEmpty() || !request.method().equals(HttpMethod.GET)) {
      return false;
    }
    Double events = HeaderList.quality(accept, EVENTS.toString());
    Double json = HeaderList.quality(accept, "application/json");
    return events != null && events > 0 && (json == null || events >= json);
  }

  public static TopicSse open(
      HttpServerRequest request, WatchHub hub, TopicName name, Problems problems) {
    TopicSse stream = new TopicSse(request, hub, name, problems);
    String after = after(request, name);
    request.response().closeHandler(closed -> stream.leave());
    request.response().exceptionHandler(broken -> stream.leave());
    if (hub.isClosed()) {
      stream.closing();
      return stream;
    }
    stream.subscription = hub.watch(name, after, stream);
    if (stream.over) {
      stream.leave();
    }
    return stream;
  }

  private static @Nullable String after(HttpServerRequest request, TopicName name) {
    String after = request.getHeader(LAST_EVENT_ID);
    if (after == null || after.isEmpty()) {
      return null;
    }
    if (name.kind() == TopicKind.STATUS && !Status.isOffset(after)) {
      throw Failure.of(Code.INVALID_HEADER, "Last-Event-ID must be an id that this server sent");
    }
    return after;
  }

  private void leave() {
    over = true;
    open = false;
    if (subscription != null) {
      subscription.leave();
    }
  }

  @Override
  public void begun(boolean recovered, List<SharedFrame> since) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      leave();
    } else if (since.isEmpty() && hub.isEnded(name)) {
      leave();
      response.setStatusCode(204).end();
    } else {
      begin(response);
      since.forEach(this::receive);
    }
  }

  private void begin(HttpServerResponse response) {
    open = true;
    response.setChunked(true).setWriteQueueMaxSize(MOST_QUEUED).drainHandler(room -> drained());
    response
        .headers()
        .set(HttpHeaders.CONTENT_TYPE, EVENTS)
        .set(HttpHeaders.CACHE_CONTROL, "no-store")
        // A compressor would hold events back.
        .set(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .set("X-Accel-Buffering", "no");
    response.write(HeldResponse.reconnectDelay());
  }

  @Override
  public void receive(SharedFrame frame) {
    if (frame.isLatest()) {
      waiting = frame;
      flush();
    } else if (write(frame.lines()) && frame.isLast()) {
      closing();
    }
  }

  private void drained() {
    flush();
    if (subscription != null) {
      subscription.resume();
    }
  }

  @Override
  public boolean hasRoom() {
    return open && !request.response().writeQueueFull();
  }

  /** Sends the newest value, which replaces one that could not be sent. */
  private void flush() {
    SharedFrame newest = waiting;
    if (newest != null && open && !request.response().writeQueueFull()) {
      waiting = null;
      request.response().write(newest.lines());
    }
  }

  private boolean write(Buffer lines) {
    HttpServerResponse response = request.response();
    if (!open || response.closed()) {
      return false;
    }
    if (response.writeQueueFull()) {
      leave();
      HttpPipeline.abort(request);
      return false;
    }
    response.write(lines);
    return true;
  }

  @Override
  public void beat() {
    HttpServerResponse response = request.response();
    if (open && !response.closed() && !response.writeQueueFull()) {
      response.write(BEAT);
    }
  }

  @Override
  public void fail(Throwable reason) {
    if (open) {
      request.response().write(SharedFrame.endEvent(reason));
      closing();
    } else {
      leave();
      problems.send(request, reason);
    }
  }

  /** Ends the response, which a browser opens again on another node; after a 503 it would not. */
  @Override
  public void closing() {
    HttpServerResponse response = request.response();
    if (!over && !response.ended() && !response.closed()) {
      if (!open) {
        begin(response);
      }
      leave();
      response.end();
    }
  }
}
