package io.aetherkeep.router.stream;

import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamHeard;
import io.aetherkeep.document.Octets;
import io.aetherkeep.router.stream.StreamFollower.End;
import io.aetherkeep.router.stream.StreamPiece.StreamFormat;
import org.jspecify.annotations.Nullable;

/** Known tail of a stream: its offset, and how the stream ended. */
final class StreamTail {

  private StreamFormat format = StreamFormat.BINARY;
  private @Nullable String offset;
  private @Nullable End end;
  private int losses;

  void describe(StreamInfo stream) {
    offset = stream.offset();
    format = StreamFormat.of(stream.contentType());
    end = stream.closed() ? new End(stream.stopped(), stream.abandoned() != null) : null;
  }

  /** Forgets the tail, which cancels pending notifications. */
  void lose() {
    offset = null;
    end = null;
    losses++;
  }

  /** How often the tail was forgotten. */
  int losses() {
    return losses;
  }

  boolean isKnown() {
    return offset != null;
  }

  /** The offset; null while unknown. */
  @Nullable String offset() {
    return offset;
  }

  long position() {
    return offset == null ? 0 : StreamOffset.position(offset);
  }

  /** How the stream ended; null while it has not. */
  @Nullable End end() {
    return end;
  }

  boolean isAtStartOf(StreamSlice slice) {
    return StreamOffset.position(slice.from()) == position();
  }

  private boolean isAtEndOf(StreamSlice slice) {
    return StreamOffset.position(slice.next()) == position();
  }

  void moveTo(StreamPiece piece) {
    offset = piece.next();
  }

  /**
   * Takes the end from a read, and returns whether it did. It does not if events during the read
   * have moved the tail, but not up to the end.
   */
  boolean endWith(StreamSlice slice) {
    boolean ends = slice.closed() && (isAtStartOf(slice) || isAtEndOf(slice));
    if (ends) {
      end = end(slice);
    }
    return ends;
  }

  /** Takes the end from an event. */
  void endWith(StreamHeard news) {
    if (news.closed()) {
      end = new End(news.stopped(), news.abandoned() != null);
    }
  }

  static End end(StreamSlice slice) {
    return new End(slice.stopped(), slice.abandoned() != null);
  }

  /**
   * Whether an event belongs to a newer epoch and starts before the tail, so that Redis has lost
   * the data in between, or the tail is that of an empty stream, which another one may have
   * followed.
   */
  boolean isReplacedBy(StreamHeard news) {
    String known = offset;
    return known != null
        && (position() == 0 || StreamOffset.position(news.from()) < position())
        && news.next().compareTo(known) > 0
        && !sameEpoch(news.next(), known);
  }

  /**
   * Whether an event has the tail's epoch. One of another epoch may be of another stream at the
   * path, such as a fork, which has its source's epochs: only a read from the tail tells.
   */
  boolean isOfSameEpoch(StreamHeard news) {
    return offset != null && sameEpoch(news.next(), offset);
  }

  /**
   * Whether a read from the tail of an empty stream returned another stream. At other positions
   * such a read is refused.
   */
  boolean isReplacedBy(StreamSlice slice) {
    String known = offset;
    return known != null && position() == 0 && !sameEpoch(slice.from(), known);
  }

  private static boolean sameEpoch(String one, String other) {
    int length = one.indexOf('_');
    return one.regionMatches(0, other, 0, length);
  }

  StreamPiece piece(StreamSlice slice) {
    return piece(slice.from(), slice.next(), slice.data());
  }

  StreamPiece piece(String from, String next, Octets data) {
    return new StreamPiece(format, StreamOffset.position(from), next, data.bytes());
  }
}
