package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.http.EntityTags;
import io.aetherkeep.router.http.HeldResponse;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Long poll of a topic: a GET that is answered at the next change, or with the present value after
 * a timeout. It also waits for a value that does not exist yet. With {@code If-None-Match}, a value
 * with another tag is answered at once; without it, a final status is.
 */
public final class TopicLongPoll implements TopicWatcher, HeldResponse {

  private static final int LONGEST_SECONDS = 60;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final WatchHub hub;
  private final TopicName name;
  private final Problems problems;
  private final Code unknown;
  private final Consumer<SharedFrame> answer;
  private @Nullable SharedFrame present;
  private WatchHub.@Nullable Subscription subscription;
  private long timer = -1;
  private Runnable whenBegun = () -> {};
  private boolean begun;
  private boolean answered;

  /**
   * Creates a long poll.
   *
   * @param unknown code of the failure where the topic has no value at the end
   * @param answer answers the request with a value
   */
  public TopicLongPoll(
      Vertx vertx,
      HttpServerRequest request,
      WatchHub hub,
      TopicName name,
      Problems problems,
      Code unknown,
      Consumer<SharedFrame> answer) {
    this.vertx = vertx;
    this.request = request;
    this.hub = hub;
    this.name = name;
    this.problems = problems;
    this.unknown = unknown;
    this.answer = answer;
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

  /** Waits, but at most for {@code longest}, so that the connection is not closed as idle. */
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
    SharedFrame value = since.get(since.size() - 1);
    present = value;
    begun = true;
    whenBegun.run();
    if (!value.hasValue()) {
      return;
    }
    if (isConditional() ? !knows(value) : value.isLast()) {
      answer();
    }
  }

  private boolean isConditional() {
    return request.headers().contains(HttpHeaders.IF_NONE_MATCH);
  }

  private boolean knows(SharedFrame value) {
    return EntityTags.noneMatchNames(request, value.version());
  }

  @Override
  public boolean accepts(SharedFrame remembered) {
    return !isConditional() || knows(remembered);
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
    present = frame;
    answer();
  }

  private void answer() {
    SharedFrame value = present;
    if (value != null && value.hasValue() && !answered) {
      leave();
      if (!request.response().ended() && !request.response().closed()) {
        answer.accept(value);
      }
    } else if (!answered) {
      fail(
          begun
              ? Failure.of(unknown, "There is no value under this name")
              : Failure.of(Code.DEADLINE_EXCEEDED, "The value could not be read in time"));
    }
  }

  @Override
  public void fail(Throwable reason) {
    if (!answered) {
      leave();
      problems.send(request, reason);
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
