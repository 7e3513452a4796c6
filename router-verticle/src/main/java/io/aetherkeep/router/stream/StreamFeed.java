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
 * One stream as it is followed on this event loop: its tail, and followers each at a place of
 * theirs.
 *
 * <p>Who is at the tail gets what is published, encoded once for all. Who is behind, or slow, reads
 * on from Redis at a pace of its own, so that nothing is kept for it here.
 */
public final class StreamFeed {

  /** Somebody who asks again and again need not begin anew each time. */
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

  /** Something may have happened that was not heard; it is looked for again later. */
  private boolean unsure;

  private int idleLooks;

  StreamFeed(Bus bus, Slices slices, String space, String path) {
    this.bus = bus;
    this.slices = slices;
    this.space = space;
    this.path = path;
    this.reads = new StreamReads(slices, tail, bus::ask, space, path, this::failed);
    bus.ask(new FollowStream(space, path)).onFailure(this::goneForAll);
  }

  String space() {
    return space;
  }

  /** The followers at present, for some leave while they are told. */
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

  /** A follower that was slow takes more. */
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

  void heard(StreamHeard news) {
    if (!tail.isKnown() && !news.deleted()) {
      // It was created.
      open();
      return;
    }
    // A cluster may tell late of a deletion: there may be another stream of the name by now.
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
      tellEnd();
    }
  }

  /** Reads anew, where appends were lost or the stream may be another one. */
  private void startOver() {
    tail.lose();
    all().forEach(StreamSeat::readAnew);
    open();
  }

  private void advance(StreamPiece piece) {
    tail.moveTo(piece);
    End over = tail.end();
    tellAll(
        seat -> {
          boolean gap = seat.position() < piece.from();
          if (gap || (seat.position() < piece.to() && !seat.follower.hasRoom())) {
            reads.read(seat);
          } else if (seat.position() < piece.to()) {
            seat.deliver(piece, over);
          }
        });
  }

  private void tellEnd() {
    End over = tail.end();
    tellAll(seat -> seat.tellEnd(over));
  }

  /** Tells those at the tail, as long as it is the tail of what they know. */
  private void tellAll(Consumer<StreamSeat> telling) {
    int known = tail.losses();
    slices.each(
        seats.values(),
        seat -> {
          if (known == tail.losses() && seat.isAtTail()) {
            telling.accept(seat);
          }
        });
  }

  /** Reads once for all at the tail what was not told, or was too long to be. */
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
        .onComplete(this::pulled, this::notPulled);
  }

  private void pulled(StreamSlice slice) {
    pulling = false;
    unsure = false;
    tail.endWith(slice);
    boolean goesOn = StreamOffset.position(slice.from()) == tail.position();
    if (!slice.data().isEmpty() && goesOn) {
      advance(tail.piece(slice));
    } else if (slice.closed()) {
      tellEnd();
    }
    boolean again = pullAgain || !slice.upToDate();
    pullAgain = false;
    if (again) {
      pull();
    }
  }

  private void notPulled(Throwable thrown) {
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

  /** Looks for what was not heard, and answers whether anybody has followed lately. */
  boolean look() {
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

  /** The stream is not there; some wait for it to be. */
  private void lost(Throwable thrown) {
    Failure why = Failure.from(thrown);
    tail.lose();
    unsure |= why.kind() == Kind.UNAVAILABLE;
    all().forEach(seat -> failed(seat, why));
  }

  /** A follower stays through an outage, and goes with what it follows. */
  private void failed(StreamSeat seat, Throwable thrown) {
    // Where the tail is known the stream is there by now, or soon is not.
    unsure |= tail.isKnown();
    if (seat.hasLeft()) {
      return;
    }
    Failure why = Failure.from(thrown);
    if (why.code() == Code.STREAM_UNKNOWN && seat.follower.waitsForCreation()) {
      seat.miss();
    } else if (why.kind() == Kind.UNAVAILABLE && seat.follower.staysThroughOutages()) {
      unsure = true;
      seat.rest();
    } else if (why.code() == Code.OFFSET_GONE && seat.follower.startsOver()) {
      seat.startOver();
    } else {
      leave(seat.follower);
      seat.follower.gone(thrown);
    }
  }

  private void goneForAll(Throwable why) {
    List<StreamSeat> left = all();
    seats.clear();
    tail.lose();
    for (StreamSeat seat : left) {
      seat.leave();
      seat.follower.gone(why);
    }
  }

  void close() {
    bus.ask(new UnfollowStream(space, path));
  }
}
