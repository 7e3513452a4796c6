package io.aetherkeep.router.watch;

import io.aetherkeep.router.http.Problems;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The present value of a topic as server-sent events, and then the newest after each change. */
public final class LatestStream implements TopicWatcher {

  private static final Buffer BEAT = Buffer.buffer(":\n\n");

  private final HttpServerRequest request;
  private final Problems problems;
  private Topics.@Nullable Leaving leaving;
  private @Nullable Push waiting;
  private boolean open;
  private boolean over;

  private LatestStream(HttpServerRequest request, Problems problems) {
    this.request = request;
    this.problems = problems;
  }

  public static LatestStream open(
      HttpServerRequest request, Topics topics, TopicName name, Problems problems) {
    LatestStream stream = new LatestStream(request, problems);
    request.response().closeHandler(closed -> stream.leave());
    request.response().exceptionHandler(broken -> stream.leave());
    stream.leaving = topics.watch(name, request.getHeader("Last-Event-ID"), stream);
    if (stream.over) {
      stream.leave();
    }
    return stream;
  }

  private void leave() {
    over = true;
    open = false;
    if (leaving != null) {
      leaving.leave();
    }
  }

  @Override
  public void begun(boolean recovered, List<Push> since) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      leave();
      return;
    }
    open = true;
    response.setChunked(true).drainHandler(room -> flush());
    response
        .headers()
        .set(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .set(HttpHeaders.CACHE_CONTROL, "no-store")
        // A compressor would hold events back.
        .set(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .set("X-Accel-Buffering", "no");
    response.write("retry: " + ThreadLocalRandom.current().nextInt(1000, 3000) + "\n\n");
    since.forEach(this::told);
  }

  @Override
  public void told(Push push) {
    waiting = push;
    flush();
  }

  /** The newest only: what could not be sent before is outdated. */
  private void flush() {
    Push next = waiting;
    if (next != null && open && !request.response().writeQueueFull()) {
      waiting = null;
      request.response().write(next.lines());
    }
  }

  @Override
  public void beat() {
    if (open && !request.response().writeQueueFull()) {
      request.response().write(BEAT);
    }
  }

  @Override
  public void gone(Throwable why) {
    if (open) {
      request.response().write(Push.goneLines(why));
      closing();
    } else {
      leave();
      problems.send(request, why);
    }
  }

  @Override
  public void closing() {
    if (open) {
      leave();
      request.response().end();
    }
  }
}
