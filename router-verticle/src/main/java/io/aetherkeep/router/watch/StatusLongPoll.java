package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.router.http.EntityTags;
import io.aetherkeep.router.http.HeldAnswer;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Long poll of a status: a GET that is answered at the next change, or with the present status
 * after a timeout. It also waits for a status that does not exist yet. With {@code If-None-Match},
 * a status with another tag is answered at once; without it, a final status is.
 */
public final class StatusLongPoll implements TopicWatcher, HeldAnswer {

  private static final int LONGEST_SECONDS = 60;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final WatchHub hub;
  private final TopicName name;
  private final Problems problems;
  private final InstantSource clock;
  private @Nullable Status present;
  private WatchHub.@Nullable Subscription subscription;
  private long timer = -1;
  private Runnable whenBegun = () -> {};
  private boolean begun;
  private boolean answered;

  public StatusLongPoll(
      Vertx vertx,
      HttpServerRequest request,
      WatchHub hub,
      TopicName name,
      Problems problems,
      InstantSource clock) {
    this.vertx = vertx;
    this.request = request;
    this.hub = hub;
    this.name = name;
    this.problems = problems;
    this.clock = clock;
  }

  /** Returns the requested time to wait in seconds, if any. */
  static @Nullable public Integer seconds(HttpServerRequest request) {
    Integer seconds = Requests.number(request, "wait");
    if (seconds != null && (seconds < 1 || seconds > LONGEST_SECONDS)) {
      throw Failure.of(
          Code.INVALID_PARAMETER, "wait must be from 1 to " + LONGEST_SECONDS + " seconds");
    }
    return seconds;
  }

  /** Waits, at most for the longest time, so that the connection is not closed as idle. */
  public void begin(Duration wait, Duration longest) {
    request.response().closeHandler(closed -> leave());
    request.response().exceptionHandler(broken -> leave());
    Duration bounded = wait.compareTo(longest) < 0 ? wait : longest;
    timer = vertx.setTimer(bounded.toMillis(), late -> answer());
    subscription = hub.watch(name, null, this);
    if (answered) {
      leave();
    }
  }

  @Override
  public void begun(boolean recovered, List<SharedFrame> since) {
    Status status = since.get(since.size() - 1).status();
    present = status;
    begun = true;
    whenBegun.run();
    if (status == null) {
      return;
    }
    boolean known = EntityTags.noneMatchNames(request, status.version());
    boolean conditional = request.headers().contains(HttpHeaders.IF_NONE_MATCH);
    if (conditional ? !known : status.terminal()) {
      answer();
    }
  }

  @Override
  public void whenBegun(Runnable task) {
    whenBegun = task;
    if (begun) {
      task.run();
    }
  }

  @Override
  public void receive(SharedFrame frame) {
    present = frame.status();
    answer();
  }

  private void answer() {
    Status status = present;
    if (status != null && !answered) {
      leave();
      StatusAnswers.serve(request, status, clock);
    } else if (!answered) {
      gone(
          begun
              ? Failure.of(Code.STATUS_UNKNOWN, "No status was written under this id while waiting")
              : Failure.of(Code.DEADLINE_EXCEEDED, "The status could not be read in time"));
    }
  }

  @Override
  public void gone(Throwable why) {
    if (!answered) {
      leave();
      problems.send(request, why);
    }
  }

  @Override
  public void closing() {
    answer();
  }

  private void leave() {
    answered = true;
    vertx.cancelTimer(timer);
    if (subscription != null) {
      subscription.leave();
    }
  }
}
