package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
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
import java.util.stream.Collectors;
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
  private record Place(String offset, @Nullable String endUser) {

    static Place of(FollowerCursor cursor) {
      return new Place(cursor.offset(), cursor.endUser);
    }
  }

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
    Place place = Place.of(cursor);
    List<FollowerCursor> sharing = underway.get(place);
    if (sharing == null || cursor.isNamedTail()) {
      ask(place, List.of(cursor));
    } else {
      sharing.add(cursor);
    }
  }

  private void ask(Place place, List<FollowerCursor> first) {
    List<FollowerCursor> sharing = new ArrayList<>(first);
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
              boolean repeats = Failure.from(thrown).code() == Code.STREAM_UNKNOWN;
              int failing = repeats ? first.size() : sharing.size();
              fail(sharing.subList(0, failing), thrown);
              repeat(sharing.subList(failing, sharing.size()));
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

  private void fail(List<FollowerCursor> those, Throwable thrown) {
    for (FollowerCursor cursor : those) {
      failed.accept(cursor, thrown);
      finish(cursor);
    }
  }

  /**
   * Repeats a failed read once for all followers that joined during it, because the stream may have
   * been created in between.
   */
  private void repeat(List<FollowerCursor> joined) {
    joined.forEach(FollowerCursor::endRead);
    joined.stream()
        .filter(cursor -> cursor.isReading() && cursor.beginRead())
        .collect(Collectors.groupingBy(Place::of))
        .forEach(this::ask);
  }
}
