package io.aetherkeep.router.stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.HeldAnswer;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A GET by a producer that is answered when its stream is stopped, or ends otherwise: a long poll,
 * or server-sent events with one event.
 */
public final class StreamStopWait implements StreamFollower, HeldAnswer {

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Problems problems;
  private final boolean events;
  private Runnable whenBegun = () -> {};
  private boolean begun;
  private boolean open;
  private @Nullable StreamFeed feed;
  private long timer = -1;
  private boolean answered;

  private StreamStopWait(
      Vertx vertx, HttpServerRequest request, Problems problems, boolean events) {
    this.vertx = vertx;
    this.request = request;
    this.problems = problems;
    this.events = events;
  }

  /**
   * Begins to wait.
   *
   * @param wait how long a poll waits; none for events, which wait until the stream ends
   */
  public static StreamStopWait begin(
      Vertx vertx,
      HttpServerRequest request,
      StreamFeeds feeds,
      StreamName name,
      @Nullable Duration wait,
      Problems problems) {
    StreamStopWait waiting = new StreamStopWait(vertx, request, problems, wait == null);
    request.response().closeHandler(closed -> waiting.leave());
    request.response().exceptionHandler(broken -> waiting.leave());
    if (wait != null) {
      waiting.timer = vertx.setTimer(wait.toMillis(), late -> waiting.closing());
    }
    waiting.feed = feeds.follow(name, "now", waiting);
    if (waiting.answered) {
      waiting.leave();
    }
    return waiting;
  }

  private void leave() {
    answered = true;
    vertx.cancelTimer(timer);
    if (feed != null) {
      feed.leave(this);
    }
  }

  /** How a stream ended. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Ended(boolean closed, @Nullable String stopped, boolean abandoned) {}

  /** Tells the end, if it is there; else that events are waited for. */
  private void answer(@Nullable End end) {
    if (answered) {
      return;
    }
    begun = true;
    whenBegun.run();
    if (events && !open) {
      begin();
    }
    if (end == null) {
      return;
    }
    leave();
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

  @Override
  public void whenBegun(Runnable task) {
    whenBegun = task;
    if (begun) {
      task.run();
    }
  }

  /** A producer knows by the first beat that it will be told. */
  private void begin() {
    open = true;
    HttpServerResponse response = request.response();
    response.setChunked(true);
    StreamSse.head(response);
    response.write(StreamSse.BEAT);
  }

  @Override
  public void opened(String type) {}

  @Override
  public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
    answer(end);
  }

  @Override
  public void caughtUp(String offset, @Nullable End end) {
    answer(end);
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public boolean staysThroughOutages() {
    return true;
  }

  @Override
  public void beat() {
    if (open && !answered) {
      request.response().write(StreamSse.BEAT);
    }
  }

  @Override
  public void gone(Throwable why) {
    if (answered) {
      return;
    }
    leave();
    if (open) {
      request.response().end();
    } else {
      StreamAnswers.refuse(request, problems, why);
    }
  }

  @Override
  public void closing() {
    if (answered) {
      return;
    }
    leave();
    if (!open) {
      request.response().headers().set(HttpHeaders.CACHE_CONTROL, "no-store");
      request.response().setStatusCode(204);
    }
    request.response().end();
  }
}
