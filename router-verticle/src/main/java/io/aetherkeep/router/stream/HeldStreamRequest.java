package io.aetherkeep.router.stream;

import io.aetherkeep.router.http.HeldResponse;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Long-lived GET that is answered at the next event of a stream, or after a timeout. */
abstract class HeldStreamRequest implements StreamFollower, HeldResponse {

  final HttpServerRequest request;
  private final Vertx vertx;
  private final Problems problems;
  private Runnable whenBegun = () -> {};
  private @Nullable StreamFeed feed;
  private long timer = -1;
  private boolean begun;
  private boolean answered;

  HeldStreamRequest(Vertx vertx, HttpServerRequest request, Problems problems) {
    this.vertx = vertx;
    this.request = request;
    this.problems = problems;
  }

  /**
   * Starts to wait.
   *
   * @param wait the timeout; null for none
   */
  final void hold(StreamFeeds feeds, StreamName name, String offset, @Nullable Duration wait) {
    HttpServerResponse response = request.response();
    response.closeHandler(closed -> leave());
    response.exceptionHandler(broken -> leave());
    feed = feeds.follow(name, offset, this);
    if (answered) {
      feed.leave(this);
    } else if (wait != null) {
      timer = vertx.setTimer(wait.toMillis(), late -> closing());
    }
  }

  final boolean isAnswered() {
    return answered;
  }

  /** Stops waiting; returns whether it waited until now, so that the caller must answer. */
  final boolean leave() {
    boolean waited = !answered;
    answered = true;
    vertx.cancelTimer(timer);
    if (feed != null) {
      feed.leave(this);
    }
    return waited;
  }

  /** The first read has completed. */
  final void begin() {
    begun = true;
    whenBegun.run();
  }

  final boolean hasBegun() {
    return begun;
  }

  @Override
  public final void whenBegun(Runnable task) {
    whenBegun = task;
    if (begun) {
      task.run();
    }
  }

  @Override
  public void opened(String contentType) {}

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public void beat() {}

  @Override
  public final void fail(Throwable reason) {
    if (!leave()) {
      return;
    }
    if (request.response().headWritten()) {
      request.response().end();
    } else {
      StreamAnswers.refuse(request, problems, reason);
    }
  }

  @Override
  public final void closing() {
    if (leave()) {
      onTimeout();
    }
  }

  /** Answers the timeout. */
  abstract void onTimeout();
}
