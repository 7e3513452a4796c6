package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowStream;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamHeard;
import io.aetherkeep.catalogue.StreamFollowAsks.UnfollowStream;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.stream.StreamFollower.End;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Feed of one stream for its followers on this event loop: the tail, and each follower's position.
 *
 * <p>Followers at the tail get published bytes, encoded once for all. Followers that are behind, or
 * slow, read from Redis at their own pace, so that nothing is queued for them here.
 */
public final class StreamFeed {

  /**
   * Number of checks without followers before the feed closes, so that a polling client does not
   * reopen it each time.
   */
  private static final int IDLE_CHECKS = 5;

  private final Bus bus;
  private final Slices slices;
  private final String space;
  private final String path;
  private final Map<StreamFollower, FollowerCursor> cursors = new LinkedHashMap<>();
  private final StreamTail tail = new StreamTail();
  private final StreamReads reads;
  private final StreamOpening opening;
  private final AtomicInteger followers;
  private boolean pulling;
  private boolean pullAgain;

  /** Whether an event may have been missed, which a later read finds. */
  private boolean unsure;

  private int idleChecks;

  /**
   * Creates a feed.
   *
   * @param followers number of followers of all feeds, which this one updates
   */
  StreamFeed(Bus bus, Slices slices, String space, String path, AtomicInteger followers) {
    this.bus = bus;
    this.slices = slices;
    this.space = space;
    this.path = path;
    this.followers = followers;
    this.reads = new StreamReads(slices, tail, bus::ask, space, path, this::failed);
    this.opening =
        new StreamOpening(
            () -> bus.ask(new DescribeStream(space, path, null)),
            this::all,
            this::opened,
            this::lost);
    bus.ask(new FollowStream(space, path)).onFailure(this::endAll);
  }

  /** A copy of the followers, because some leave during a notification. */
  private List<FollowerCursor> all() {
    return List.copyOf(cursors.values());
  }

  void join(StreamFollower follower, String offset, @Nullable String endUser) {
    idleChecks = 0;
    FollowerCursor cursor = new FollowerCursor(follower, offset, endUser);
    cursors.put(follower, cursor);
    followers.incrementAndGet();
    if (tail.isKnown()) {
      reads.read(cursor);
    } else {
      opening.join();
    }
  }

  public void leave(StreamFollower follower) {
    FollowerCursor cursor = cursors.remove(follower);
    if (cursor != null) {
      followers.decrementAndGet();
      cursor.leave();
    }
  }

  /** Continues with a follower that was slow. */
  public void resume(StreamFollower follower) {
    FollowerCursor cursor = cursors.get(follower);
    if (cursor != null && cursor.isReading()) {
      reads.read(cursor);
    }
  }

  List<StreamFollower> followers() {
    return List.copyOf(cursors.keySet());
  }

  /** The number of followers. */
  int size() {
    return cursors.size();
  }

  private void opened(StreamInfo stream) {
    tail.describe(stream);
    all().forEach(reads::readAgain);
  }

  void onNotice(StreamHeard news) {
    if (!tail.isKnown() && !news.deleted()) {
      // The stream was created.
      opening.created();
      return;
    }
    // In a cluster the event of a deletion may be late, after the creation of another stream at the
    // path.
    if (news.deleted() || tail.isReplacedBy(news)) {
      startOver();
      return;
    }
    boolean goesOn = StreamOffset.position(news.next()) > tail.position();
    if (!tail.isOfSameEpoch(news)
        || StreamOffset.position(news.from()) > tail.position()
        || (goesOn && news.data() == null)) {
      pull();
      return;
    }
    tail.endWith(news);
    if (goesOn && news.data() != null) {
      advance(tail.piece(news.from(), news.next(), news.data()));
    } else if (news.closed()) {
      deliverEnd();
    }
  }

  /** Reads again from Redis, because appends were lost or the stream is another one. */
  private void startOver() {
    tail.lose();
    all().forEach(FollowerCursor::readAnew);
    opening.begin();
  }

  private void advance(StreamPiece piece) {
    tail.moveTo(piece);
    End over = tail.end();
    eachAtTail(
        cursor -> {
          boolean gap = cursor.position() < piece.from();
          if (gap || (cursor.position() < piece.to() && !cursor.follower.hasRoom())) {
            reads.read(cursor);
          } else if (cursor.position() < piece.to()) {
            cursor.deliver(piece, over);
          }
        });
  }

  private void deliverEnd() {
    End over = tail.end();
    eachAtTail(cursor -> cursor.deliverEnd(over));
  }

  /** Notifies followers at the tail, until the tail is lost. */
  private void eachAtTail(Consumer<FollowerCursor> step) {
    int known = tail.losses();
    slices.each(
        cursors.values(),
        cursor -> {
          if (known == tail.losses() && cursor.isAtTail()) {
            step.accept(cursor);
          }
        });
  }

  /**
   * Reads the bytes that were missed or too long to be published, once for all followers at the
   * tail.
   */
  void pull() {
    if (!tail.isKnown()) {
      opening.created();
      return;
    }
    if (pulling) {
      pullAgain = true;
      return;
    }
    pulling = true;
    bus.ask(new ReadStream(space, path, tail.offset(), null))
        .onComplete(this::pulled, this::onPullFailed);
  }

  private void pulled(StreamSlice slice) {
    pulling = false;
    unsure = false;
    if (tail.isReplacedBy(slice)) {
      startOver();
      return;
    }
    boolean goesOn = !slice.data().isEmpty() && tail.isAtStartOf(slice);
    boolean ends = tail.endWith(slice);
    if (goesOn) {
      advance(tail.piece(slice));
    } else if (ends) {
      deliverEnd();
    }
    if (pullAgain || !slice.upToDate() || slice.closed() != ends) {
      pullAgain = false;
      pull();
    }
  }

  private void onPullFailed(Throwable thrown) {
    pulling = false;
    pullAgain = false;
    Failure failure = Failure.from(thrown);
    if (failure.code() == Code.OFFSET_GONE) {
      startOver();
    } else if (failure.kind() == Kind.UNKNOWN) {
      lost(all(), failure);
    } else {
      unsure = true;
    }
  }

  /** Reads missed changes; returns whether the feed still has or recently had followers. */
  boolean catchUp() {
    if (unsure) {
      unsure = false;
      pull();
      if (!tail.isKnown()) {
        return true;
      }
      all().stream().filter(FollowerCursor::isReading).forEach(reads::readAgain);
    }
    idleChecks = cursors.isEmpty() ? idleChecks + 1 : 0;
    return idleChecks < IDLE_CHECKS;
  }

  /** Handles a stream that does not exist; some followers wait for its creation. */
  private void lost(List<FollowerCursor> asking, Throwable thrown) {
    Failure reason = Failure.from(thrown);
    tail.lose();
    unsure |= reason.kind() == Kind.UNAVAILABLE;
    asking.forEach(cursor -> failed(cursor, reason));
  }

  /** Handles a failed read: a follower may wait through an outage, start over, or leave. */
  private void failed(FollowerCursor cursor, Throwable thrown) {
    // With a known tail the stream exists, or its end will be reported.
    unsure |= tail.isKnown();
    if (cursor.hasLeft()) {
      return;
    }
    Failure reason = Failure.from(thrown);
    if (reason.code() == Code.STREAM_UNKNOWN && cursor.follower.waitsForCreation()) {
      cursor.miss();
    } else if (reason.kind() == Kind.UNAVAILABLE && cursor.follower.staysThroughOutages()) {
      unsure = true;
      cursor.rest();
    } else if (reason.code() == Code.OFFSET_GONE && cursor.follower.startsOver()) {
      cursor.startOver();
    } else {
      leave(cursor.follower);
      cursor.follower.fail(thrown);
    }
  }

  private void endAll(Throwable reason) {
    List<FollowerCursor> left = all();
    cursors.clear();
    followers.addAndGet(-left.size());
    tail.lose();
    for (FollowerCursor cursor : left) {
      cursor.leave();
      cursor.follower.fail(reason);
    }
  }

  void close() {
    bus.ask(new UnfollowStream(space, path));
  }
}
