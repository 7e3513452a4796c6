package io.aetherkeep.router.stream;

import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.router.stream.StreamFollower.End;
import org.jspecify.annotations.Nullable;

/** Cursor of one follower in a stream, with the state of its reads. */
final class FollowerCursor {

  private static final String BEGINNING = "-1";
  private static final String TAIL = "now";

  final StreamFollower follower;
  final @Nullable String endUser;
  private String offset;

  /** Whether it reads from Redis; until then nothing else is delivered to it. */
  private boolean reading = true;

  /** Whether a read for it is in progress. */
  private boolean asked;

  /** Whether its last read found nothing or failed; the feed wakes it later. */
  private boolean resting;

  /** Whether the end was sent to it. */
  private boolean ended;

  private boolean opened;

  /** Whether it was notified that the stream does not exist. */
  private boolean absent;

  private boolean left;

  FollowerCursor(StreamFollower follower, String offset, @Nullable String endUser) {
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

  /** Whether it starts at the current tail. */
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

  /** Whether it gets published bytes. */
  boolean isAtTail() {
    return !left && !reading && !ended;
  }

  /** Marks it as reading; returns whether a read may start now. */
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

  /** Ends a read; a follower of several streams may start its next one. */
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

  /** Makes it read again from its position, because its state may be outdated. */
  void readAnew() {
    reading = true;
    ended = false;
  }

  void startOver() {
    offset = BEGINNING;
    reading = true;
  }

  /** Delivers a slice that was read from its position. */
  void take(StreamSlice slice, StreamPiece piece, StreamTail tail) {
    if (!opened) {
      opened = true;
      absent = false;
      follower.opened(slice.contentType());
    }
    boolean ahead = tail.isKnown() && StreamOffset.position(slice.next()) >= tail.position();
    boolean there = slice.upToDate() && ahead;
    resting = slice.upToDate() && !tail.isKnown();
    // The read may be older than an end that was published in the meantime.
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

  /** Delivers published bytes after its position. */
  void deliver(StreamPiece piece, @Nullable End over) {
    long position = position();
    offset = piece.next();
    ended = over != null;
    follower.piece(piece.after(position), true, over);
  }

  void deliverEnd(@Nullable End over) {
    ended = over != null;
    follower.caughtUp(offset, over);
  }

  /** Waits for the stream's creation, and reports its absence once. */
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
