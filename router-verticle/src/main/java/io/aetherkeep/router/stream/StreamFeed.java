package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.FollowStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamHeard;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.catalogue.StreamAsks.UnfollowStream;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.stream.StreamFollower.End;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * Checks without followers before the feed closes, so that a polling client does not reopen it
   * each time.
   */
  private static final int IDLE_LOOKS = 5;

  private final Bus bus;
  private final Slices slices;
  private final String space;
  private final String path;
  private final Map<StreamFollower, StreamSeat> seats = new LinkedHashMap<>();
  private final StreamTail tail = new StreamTail();
  private final StreamReads reads;
  private boolean opening;
  private boolean pulling;
  private boolean pullAgain;

  /** Whether an event may have been missed, which a later read finds. */
  private boolean unsure;

  private int idleLooks;

  StreamFeed(Bus bus, Slices slices, String space, String path) {
    this.bus = bus;
    this.slices = slices;
    this.space = space;
    this.path = path;
    this.reads = new StreamReads(slices, tail, bus::ask, space, path, this::failed);
    bus.ask(new FollowStream(space, path)).onFailure(this::endAll);
  }

  String space() {
    return space;
  }

  /** A copy of the followers, because some leave during a notification. */
  private List<StreamSeat> all() {
    return List.copyOf(seats.values());
  }

  void join(StreamFollower follower, String offset, @Nullable String endUser) {
    idleLooks = 0;
    StreamSeat seat = new StreamSeat(follower, offset, endUser);
    seats.put(follower, seat);
    if (tail.isKnown()) {
      reads.read(seat);
    } else {
      open();
    }
  }

  public void leave(StreamFollower follower) {
    StreamSeat seat = seats.remove(follower);
    if (seat != null) {
      seat.leave();
    }
  }

  /** Continues with a follower that was slow. */
  public void resume(StreamFollower follower) {
    StreamSeat seat = seats.get(follower);
    if (seat != null && seat.isReading()) {
      reads.read(seat);
    }
  }

  List<StreamFollower> followers() {
    return List.copyOf(seats.keySet());
  }

  private void open() {
    if (opening) {
      return;
    }
    opening = true;
    bus.ask(new DescribeStream(space, path, null))
        .onComplete(
            stream -> {
              opening = false;
              tail.describe(stream);
              all().forEach(reads::readAgain);
            },
            thrown -> {
              opening = false;
              lost(thrown);
            });
  }

  void onNotice(StreamHeard news) {
    if (!tail.isKnown() && !news.deleted()) {
      // The stream was created.
      open();
      return;
    }
    // In a cluster the event of a deletion may be late, after the creation of another stream at the
    // path.
    if (news.deleted() || tail.isReplacedBy(news)) {
      startOver();
      return;
    }
    boolean goesOn = StreamOffset.position(news.next()) > tail.position();
    if (StreamOffset.position(news.from()) > tail.position() || (goesOn && news.data() == null)) {
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
    all().forEach(StreamSeat::readAnew);
    open();
  }

  private void advance(StreamPiece piece) {
    tail.moveTo(piece);
    End over = tail.end();
    eachAtTail(
        seat -> {
          boolean gap = seat.position() < piece.from();
          if (gap || (seat.position() < piece.to() && !seat.follower.hasRoom())) {
            reads.read(seat);
          } else if (seat.position() < piece.to()) {
            seat.deliver(piece, over);
          }
        });
  }

  private void deliverEnd() {
    End over = tail.end();
    eachAtTail(seat -> seat.deliverEnd(over));
  }

  /** Notifies followers at the tail, until the tail is lost. */
  private void eachAtTail(Consumer<StreamSeat> telling) {
    int known = tail.losses();
    slices.each(
        seats.values(),
        seat -> {
          if (known == tail.losses() && seat.isAtTail()) {
            telling.accept(seat);
          }
        });
  }

  /** Reads once for all followers at the tail what was missed, or was too long to be published. */
  void pull() {
    if (!tail.isKnown()) {
      open();
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
    tail.endWith(slice);
    boolean goesOn = StreamOffset.position(slice.from()) == tail.position();
    if (!slice.data().isEmpty() && goesOn) {
      advance(tail.piece(slice));
    } else if (slice.closed()) {
      deliverEnd();
    }
    boolean again = pullAgain || !slice.upToDate();
    pullAgain = false;
    if (again) {
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
      lost(failure);
    } else {
      unsure = true;
    }
  }

  /** Reads missed changes; answers whether the feed still has or recently had followers. */
  boolean catchUp() {
    if (unsure) {
      unsure = false;
      pull();
      if (!tail.isKnown()) {
        return true;
      }
      all().stream().filter(StreamSeat::isReading).forEach(reads::readAgain);
    }
    idleLooks = seats.isEmpty() ? idleLooks + 1 : 0;
    return idleLooks < IDLE_LOOKS;
  }

  /** Handles a stream that does not exist; some followers wait for its creation. */
  private void lost(Throwable thrown) {
    Failure reason = Failure.from(thrown);
    tail.lose();
    unsure |= reason.kind() == Kind.UNAVAILABLE;
    all().forEach(seat -> failed(seat, reason));
  }

  /** Handles a failed read: a follower may wait through an outage, start over, or leave. */
  private void failed(StreamSeat seat, Throwable thrown) {
    // With a known tail the stream exists, or its end will be reported.
    unsure |= tail.isKnown();
    if (seat.hasLeft()) {
      return;
    }
    Failure reason = Failure.from(thrown);
    if (reason.code() == Code.STREAM_UNKNOWN && seat.follower.waitsForCreation()) {
      seat.miss();
    } else if (reason.kind() == Kind.UNAVAILABLE && seat.follower.staysThroughOutages()) {
      unsure = true;
      seat.rest();
    } else if (reason.code() == Code.OFFSET_GONE && seat.follower.startsOver()) {
      seat.startOver();
    } else {
      leave(seat.follower);
      seat.follower.fail(thrown);
    }
  }

  private void endAll(Throwable reason) {
    List<StreamSeat> left = all();
    seats.clear();
    tail.lose();
    for (StreamSeat seat : left) {
      seat.leave();
      seat.follower.fail(reason);
    }
  }

  void close() {
    bus.ask(new UnfollowStream(space, path));
  }
}
