package io.aetherkeep.router.stream;

import io.aetherkeep.router.http.HeldResponse;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Long poll of a stream: a GET that is answered when the stream continues after an offset or ends,
 * or after a timeout.
 */
public final class StreamLongPoll extends HeldStreamRequest {

  private final long sentCursor;

  /** Whether it began at {@code now}, where each request may get other bytes. */
  private final boolean ofTail;

  private @Nullable String offset;
  private String contentType = "";

  private StreamLongPoll(
      Vertx vertx, HttpServerRequest request, Problems problems, long sentCursor, boolean ofTail) {
    super(vertx, request, problems);
    this.sentCursor = sentCursor;
    this.ofTail = ofTail;
  }

  public static HeldResponse begin(
      Vertx vertx,
      HttpServerRequest request,
      StreamFeeds feeds,
      StreamName name,
      String offset,
      long sentCursor,
      Duration wait,
      Problems problems) {
    StreamLongPoll waiting =
        new StreamLongPoll(vertx, request, problems, sentCursor, offset.equals("now"));
    waiting.hold(feeds, name, offset, wait);
    return waiting;
  }

  @Override
  public void opened(String type) {
    contentType = type;
  }

  @Override
  public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
    if (leave()) {
      StreamAnswers.piece(request, contentType, piece, upToDate, end, cursor(), ofTail);
    }
  }

  @Override
  public void caughtUp(String at, @Nullable End end) {
    offset = at;
    begin();
    if (end != null && leave()) {
      StreamAnswers.nothing(request, at, end, cursor());
    }
  }

  private long cursor() {
    return StreamCursor.after(sentCursor);
  }

  @Override
  public boolean staysThroughOutages() {
    return hasBegun();
  }

  @Override
  void onTimeout() {
    if (offset == null) {
      request.response().setStatusCode(204).end();
    } else {
      StreamAnswers.nothing(request, offset, null, cursor());
    }
  }
}
