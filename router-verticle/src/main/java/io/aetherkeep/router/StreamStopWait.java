package io.aetherkeep.router;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.RecordJson;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A GET by a producer that is answered when its stream is stopped, or ends otherwise. */
final class StreamStopWait implements StreamFollower {

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Problems problems;
  private @Nullable StreamFeed feed;
  private long timer = -1;
  private boolean answered;

  private StreamStopWait(Vertx vertx, HttpServerRequest request, Problems problems) {
    this.vertx = vertx;
    this.request = request;
    this.problems = problems;
  }

  static StreamStopWait begin(
      Vertx vertx,
      HttpServerRequest request,
      StreamFeeds feeds,
      StreamName name,
      Duration wait,
      Problems problems) {
    StreamStopWait waiting = new StreamStopWait(vertx, request, problems);
    request.response().closeHandler(closed -> waiting.leave());
    request.response().exceptionHandler(broken -> waiting.leave());
    waiting.timer = vertx.setTimer(wait.toMillis(), late -> waiting.closing());
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

  private void answer(@Nullable End end) {
    if (answered || end == null) {
      return;
    }
    leave();
    HttpServerResponse response = request.response();
    StreamHeaders.end(
        StreamHeaders.guard(response).set(StreamHeaders.CLOSED, StreamHeaders.TRUE),
        end.stopped(),
        end.abandoned() ? true : null);
    Answers.json(
        response, Buffer.buffer(RecordJson.write(new Ended(true, end.stopped(), end.abandoned()))));
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
  public void beat() {}

  @Override
  public void gone(Throwable why) {
    if (!answered) {
      leave();
      StreamAnswers.refuse(request, problems, why);
    }
  }

  @Override
  public void closing() {
    if (!answered) {
      leave();
      request.response().headers().set(HttpHeaders.CACHE_CONTROL, "no-store");
      request.response().setStatusCode(204).end();
    }
  }
}
