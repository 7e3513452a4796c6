package io.aetherkeep.router.stream;

import io.aetherkeep.catalogue.StreamAsks.StreamHeard;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.document.Octets;
import io.aetherkeep.router.stream.StreamFollower.End;
import io.aetherkeep.router.stream.StreamPiece.StreamFormat;
import org.jspecify.annotations.Nullable;

/** What is known of the tail of a stream: where it is, and how the stream ended. */
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

  /** It is not known any more; what was to be told before is told no more. */
  void lose() {
    offset = null;
    end = null;
    losses++;
  }

  /** How often it was lost. */
  int losses() {
    return losses;
  }

  boolean isKnown() {
    return offset != null;
  }

  /** Where it is; none where that is not known. */
  @Nullable String offset() {
    return offset;
  }

  long position() {
    return offset == null ? 0 : StreamOffset.position(offset);
  }

  /** How the stream ended; none where it has not. */
  @Nullable End end() {
    return end;
  }

  void moveTo(StreamPiece piece) {
    offset = piece.next();
  }

  /** Notes the end that a read found, if it did. */
  void endWith(StreamSlice slice) {
    if (slice.closed()) {
      end = end(slice);
    }
  }

  /** Notes the end that was told, if it was. */
  void endWith(StreamHeard news) {
    if (news.closed()) {
      end = new End(news.stopped(), news.abandoned() != null);
    }
  }

  static End end(StreamSlice slice) {
    return new End(slice.stopped(), slice.abandoned() != null);
  }

  /** Whether what was told lies before the tail, and yet is new: Redis lost what stood there. */
  boolean isReplacedBy(StreamHeard news) {
    String known = offset;
    return known != null
        && StreamOffset.position(news.from()) < position()
        && news.next().compareTo(known) > 0
        && !sameEpoch(news.next(), known);
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
