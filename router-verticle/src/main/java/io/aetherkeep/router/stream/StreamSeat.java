package io.aetherkeep.router.stream;

import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.router.stream.StreamFollower.End;
import org.jspecify.annotations.Nullable;

/** A follower and its place in a stream. */
final class StreamSeat {

  private static final String BEGINNING = "-1";
  private static final String TAIL = "now";

  final StreamFollower follower;
  final @Nullable String endUser;
  private String offset;

  /** It reads from Redis what it has not got; nothing else is delivered meanwhile. */
  private boolean reading = true;

  /** A read for it is under way, and another would bring the same once more. */
  private boolean asked;

  /** Its last read found nothing or failed; another waits until the feed knows more. */
  private boolean resting;

  /** It knows that nothing follows. */
  private boolean ended;

  private boolean opened;

  /** It knows that there is no such stream. */
  private boolean absent;

  private boolean left;

  StreamSeat(StreamFollower follower, String offset, @Nullable String endUser) {
    this.follower = follower;
    this.offset = offset;
    this.endUser = endUser;
  }

  String offset() {
    return offset;
  }

  long position() {
    return StreamOffset.position(offset);
  }

  /** Whether it goes on from wherever the tail is. */
  boolean isNamedTail() {
    return offset.equals(TAIL);
  }

  boolean isReading() {
    return reading;
  }

  boolean hasLeft() {
    return left;
  }

  void leave() {
    left = true;
  }

  /** Whether it gets what is published. */
  boolean isAtTail() {
    return !left && !reading && !ended;
  }

  /** Has it read on, and answers whether a read may begin now. */
  boolean beginRead() {
    if (left || ended) {
      return false;
    }
    reading = true;
    if (asked || resting || !follower.mayRead()) {
      return false;
    }
    asked = true;
    return true;
  }

  /** A read is over; who reads several streams reads on in turn. */
  void endRead() {
    asked = false;
    follower.hasRead();
  }

  void rest() {
    resting = true;
  }

  void wake() {
    resting = false;
  }

  /** What it knows may not be so: it reads on from its place. */
  void readAnew() {
    reading = true;
    ended = false;
  }

  void startOver() {
    offset = BEGINNING;
    reading = true;
  }

  /** Gives what was read from its place on. */
  void take(StreamSlice slice, StreamPiece piece, StreamTail tail) {
    if (!opened) {
      opened = true;
      absent = false;
      follower.opened(slice.contentType());
    }
    boolean ahead = tail.isKnown() && StreamOffset.position(slice.next()) >= tail.position();
    boolean there = slice.upToDate() && ahead;
    resting = slice.upToDate() && !tail.isKnown();
    // The read may be older than the end that was heard of meanwhile.
    End over = slice.closed() ? StreamTail.end(slice) : there ? tail.end() : null;
    offset = slice.next();
    ended = over != null;
    reading = !there && over == null;
    if (!piece.isEmpty()) {
      follower.piece(piece, slice.upToDate(), over);
    } else if (there || over != null) {
      follower.caughtUp(offset, over);
    }
  }

  /** Gives what was published, as far as it does not have it. */
  void deliver(StreamPiece piece, @Nullable End over) {
    long position = position();
    offset = piece.next();
    ended = over != null;
    follower.piece(piece.after(position), true, over);
  }

  void tellEnd(@Nullable End over) {
    ended = over != null;
    follower.caughtUp(offset, over);
  }

  /** It waits for the stream to be created, which is told it once. */
  void miss() {
    startOver();
    resting = true;
    ended = false;
    opened = false;
    if (!absent) {
      absent = true;
      follower.absent();
    }
  }
}
