package io.aetherkeep.router.stream;

import io.aetherkeep.router.http.HeldAnswer;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A GET that is answered when a stream goes on after an offset, ends, or neither for a while. */
public final class StreamWait implements StreamFollower, HeldAnswer {

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Problems problems;
  private final long sentCursor;
  private @Nullable StreamFeed feed;
  private @Nullable String offset;
  private Runnable whenBegun = () -> {};
  private String contentType = "";
  private long timer = -1;
  private boolean answered;

  private StreamWait(Vertx vertx, HttpServerRequest request, Problems problems, long sentCursor) {
    this.vertx = vertx;
    this.request = request;
    this.problems = problems;
    this.sentCursor = sentCursor;
  }

  public static StreamWait begin(
      Vertx vertx,
      HttpServerRequest request,
      StreamFeeds feeds,
      StreamName name,
      String offset,
      long sentCursor,
      Duration wait,
      Problems problems) {
    StreamWait waiting = new StreamWait(vertx, request, problems, sentCursor);
    request.response().closeHandler(closed -> waiting.leave());
    request.response().exceptionHandler(broken -> waiting.leave());
    waiting.timer = vertx.setTimer(wait.toMillis(), late -> waiting.closing());
    waiting.feed = feeds.follow(name, offset, waiting);
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

  @Override
  public void opened(String type) {
    contentType = type;
  }

  @Override
  public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
    if (!answered) {
      leave();
      StreamAnswers.piece(request, contentType, piece, upToDate, end, cursor());
    }
  }

  @Override
  public void caughtUp(String at, @Nullable End end) {
    offset = at;
    whenBegun.run();
    if (end != null && !answered) {
      leave();
      StreamAnswers.nothing(request, at, end, cursor());
    }
  }

  @Override
  public void whenBegun(Runnable task) {
    whenBegun = task;
    if (offset != null) {
      task.run();
    }
  }

  private long cursor() {
    return StreamCursor.after(sentCursor);
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public boolean staysThroughOutages() {
    return offset != null;
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
      if (offset == null) {
        request.response().setStatusCode(204).end();
      } else {
        StreamAnswers.nothing(request, offset, null, cursor());
      }
    }
  }
}
