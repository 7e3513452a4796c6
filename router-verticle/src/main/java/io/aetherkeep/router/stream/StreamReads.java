package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.router.loop.Slices;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads of followers behind the tail, shared by all followers at the same offset. */
final class StreamReads {

  private final Slices slices;
  private final StreamTail tail;
  private final Function<ReadStream, Future<StreamSlice>> asking;
  private final String space;
  private final String path;
  private final BiConsumer<FollowerCursor, Throwable> failed;
  private final Map<Place, List<FollowerCursor>> underway = new HashMap<>();

  /** Key of a shared read: the offset, and the end user who may see the stream. */
  private record Place(String offset, @Nullable String endUser) {}

  /**
   * Creates the reads of a stream.
   *
   * @param failed handles a follower whose read failed
   */
  StreamReads(
      Slices slices,
      StreamTail tail,
      Function<ReadStream, Future<StreamSlice>> asking,
      String space,
      String path,
      BiConsumer<FollowerCursor, Throwable> failed) {
    this.slices = slices;
    this.tail = tail;
    this.asking = asking;
    this.space = space;
    this.path = path;
    this.failed = failed;
  }

  void readAgain(FollowerCursor cursor) {
    cursor.wake();
    read(cursor);
  }

  /** Reads from a follower's position until it is at the tail or has no room. */
  void read(FollowerCursor cursor) {
    if (!cursor.beginRead()) {
      return;
    }
    Place place = new Place(cursor.offset(), cursor.endUser);
    List<FollowerCursor> sharing = underway.get(place);
    if (sharing == null || cursor.isNamedTail()) {
      ask(place, cursor);
    } else {
      sharing.add(cursor);
    }
  }

  private void ask(Place place, FollowerCursor first) {
    List<FollowerCursor> sharing = new ArrayList<>(List.of(first));
    underway.put(place, sharing);
    asking
        .apply(new ReadStream(space, path, place.offset, place.endUser))
        .onComplete(
            slice -> {
              underway.remove(place, sharing);
              StreamPiece piece = tail.piece(slice);
              slices.each(sharing, cursor -> took(cursor, slice, piece));
            },
            thrown -> {
              underway.remove(place, sharing);
              onReadFailed(sharing, thrown);
            });
  }

  private void took(FollowerCursor cursor, StreamSlice slice, StreamPiece piece) {
    if (!cursor.hasLeft()) {
      cursor.take(slice, piece, tail);
    }
    finish(cursor);
  }

  private void finish(FollowerCursor cursor) {
    cursor.endRead();
    if (cursor.isReading()) {
      read(cursor);
    }
  }

  /**
   * Handles a failed read. For followers that joined during the read it is repeated, because the
   * stream may have been created in between.
   */
  private void onReadFailed(List<FollowerCursor> sharing, Throwable thrown) {
    boolean unknown = Failure.from(thrown).kind() == Kind.UNKNOWN;
    for (int i = 0; i < sharing.size(); i++) {
      if (i == 0 || !unknown) {
        failed.accept(sharing.get(i), thrown);
      }
      finish(sharing.get(i));
    }
  }
}
