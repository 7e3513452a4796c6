package io.aetherkeep.stream;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.document.Octets;
import io.aetherkeep.stream.store.Offset;
import io.aetherkeep.stream.store.RedisStreams;
import io.aetherkeep.stream.store.RedisStreams.Piece;
import io.aetherkeep.stream.store.StoredStream;
import io.aetherkeep.stream.store.Verdict;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reader of streams in slices. It reads the inherited bytes of a fork from its sources. */
final class StreamReader {

  /** The longest message under any limit, plus its separator. */
  private static final long LONGEST_MESSAGE = (16L << 20) + 1;

  private final RedisStreams store;
  private final long mostBytes;

  /**
   * Creates a reader.
   *
   * @param mostBytes limit of one slice
   */
  StreamReader(RedisStreams store, long mostBytes) {
    this.store = store;
    this.mostBytes = mostBytes;
  }

  /** Bytes of a stream from a position, with the stream. */
  record Stretch(StoredStream stream, long from, Buffer bytes) {
    long to() {
      return from + bytes.length();
    }

    /** Whether it ends within its first message, which was written under a higher limit. */
    boolean isPartOfMessage() {
      return stream.type().isJson() && to() < stream.tail() && JsonMessages.lastEnd(bytes) == 0;
    }
  }

  Future<StreamSlice> read(String path, @Nullable String offset) {
    return stretch(path, offset).map(StreamReader::slice);
  }

  /** Reads a slice from an offset, with at least one message. */
  Future<Stretch> stretch(String path, @Nullable String offset) {
    return stretch(path, offset, mostBytes)
        .compose(
            stretch ->
                stretch.isPartOfMessage()
                    ? stretch(path, offset, LONGEST_MESSAGE)
                    : Future.succeededFuture(stretch));
  }

  private Future<Stretch> stretch(String path, @Nullable String offset, long most) {
    Offset exact = Offset.parseUnlessNamed(offset);
    String place = exact != null ? "at" : Offset.TAIL.equals(offset) ? "tail" : "start";
    return store.read(path, place, exact, most).compose(piece -> whole(path, piece, most));
  }

  private Future<Stretch> whole(String path, Piece piece, long most) {
    StoredStream stream = piece.stream();
    if (stream == null) {
      return Future.failedFuture(Refusals.of(piece.verdict()));
    }
    if (piece.verdict() != Verdict.INHERITED) {
      return Future.succeededFuture(new Stretch(stream, piece.from(), piece.bytes()));
    }
    long from = piece.from();
    return inherited(stream.source(), from, stream, stream.base(), most)
        .compose(bytes -> withOwn(path, stream, from, bytes, most));
  }

  /**
   * Reads the bytes between two positions of a source, or of the source's own sources, unless a
   * source has lost some of them.
   */
  private Future<Buffer> inherited(
      String source, long from, StoredStream fork, long bound, long most) {
    return store
        .readInherited(source, from, fork.offset(bound), most)
        .compose(
            piece -> {
              StoredStream stream = piece.stream();
              if (stream == null) {
                return Future.failedFuture(ofSource(piece.verdict()));
              }
              if (piece.verdict() != Verdict.INHERITED) {
                return Future.succeededFuture(piece.bytes());
              }
              long end = Math.min(bound, stream.base());
              return inherited(stream.source(), from, fork, end, most)
                  .compose(bytes -> onwards(source, from, bytes, fork, end, bound, most));
            });
  }

  private static Failure ofSource(Verdict verdict) {
    return Refusals.of(
        switch (verdict) {
          case TRIMMED -> Verdict.TRIMMED;
          // Another stream is at the source's path, after a loss.
          case LOST, PAST -> Verdict.LOST;
          // The source keeps these bytes for its forks, so another client must have removed them.
          default -> Verdict.DAMAGED;
        });
  }

  /** Continues with the source's own bytes, as far as the limit allows. */
  private Future<Buffer> onwards(
      String source, long from, Buffer bytes, StoredStream fork, long end, long bound, long most) {
    long next = from + bytes.length();
    if (next < end || next >= bound || bytes.length() >= most) {
      return Future.succeededFuture(bytes);
    }
    return inherited(source, next, fork, bound, most - bytes.length())
        .map(more -> bytes.copy().appendBuffer(more));
  }

  private Future<Stretch> withOwn(
      String path, StoredStream stream, long from, Buffer bytes, long most) {
    long next = from + bytes.length();
    if (next < stream.base() || next >= stream.tail() || bytes.length() >= most) {
      return Future.succeededFuture(new Stretch(stream, from, bytes));
    }
    return store
        .read(path, "at", stream.offset(next), most - bytes.length())
        .compose(
            own -> {
              StoredStream now = own.stream();
              return now == null
                  ? Future.failedFuture(Refusals.of(own.verdict()))
                  : Future.succeededFuture(
                      new Stretch(now, from, bytes.copy().appendBuffer(own.bytes())));
            });
  }

  /** Converts a slice to an answer with only complete JSON messages. */
  static StreamSlice slice(Stretch stretch) {
    StoredStream stream = Objects.requireNonNull(stretch.stream());
    Buffer bytes = stretch.bytes();
    if (stream.type().isJson() && stretch.to() < stream.tail()) {
      bytes = bytes.slice(0, JsonMessages.lastEnd(bytes));
    }
    long next = stretch.from() + bytes.length();
    boolean atTail = next >= stream.tail();
    return new StreamSlice(
        stream.type().text(),
        stream.identity(),
        stream.offset(stretch.from()).toString(),
        stream.offset(next).toString(),
        Octets.of(bytes),
        atTail,
        atTail && stream.closed(),
        stream.stopped().isEmpty() ? null : stream.stopped(),
        stream.abandoned() ? true : null);
  }
}
