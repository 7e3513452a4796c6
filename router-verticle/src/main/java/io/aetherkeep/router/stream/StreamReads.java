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
  private final BiConsumer<StreamSeat, Throwable> failed;
  private final Map<Place, List<StreamSeat>> underway = new HashMap<>();

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
      BiConsumer<StreamSeat, Throwable> failed) {
    this.slices = slices;
    this.tail = tail;
    this.asking = asking;
    this.space = space;
    this.path = path;
    this.failed = failed;
  }

  void readAgain(StreamSeat seat) {
    seat.wake();
    read(seat);
  }

  /** Reads on from a follower's position, while there is more and it takes more. */
  void read(StreamSeat seat) {
    if (!seat.beginRead()) {
      return;
    }
    Place place = new Place(seat.offset(), seat.endUser);
    List<StreamSeat> sharing = underway.get(place);
    if (sharing == null || seat.isNamedTail()) {
      ask(place, seat);
    } else {
      sharing.add(seat);
    }
  }

  private void ask(Place place, StreamSeat first) {
    List<StreamSeat> sharing = new ArrayList<>(List.of(first));
    underway.put(place, sharing);
    asking
        .apply(new ReadStream(space, path, place.offset, place.endUser))
        .onComplete(
            slice -> {
              underway.remove(place, sharing);
              StreamPiece piece = tail.piece(slice);
              slices.each(sharing, seat -> took(seat, slice, piece));
            },
            thrown -> {
              underway.remove(place, sharing);
              onReadFailed(sharing, thrown);
            });
  }

  private void took(StreamSeat seat, StreamSlice slice, StreamPiece piece) {
    if (!seat.hasLeft()) {
      seat.take(slice, piece, tail);
    }
    finish(seat);
  }

  private void finish(StreamSeat seat) {
    seat.endRead();
    if (seat.isReading()) {
      read(seat);
    }
  }

  /**
   * Handles a failed read. Followers that joined during the read are read again, because the stream
   * may have been created in between.
   */
  private void onReadFailed(List<StreamSeat> sharing, Throwable thrown) {
    boolean unknown = Failure.from(thrown).kind() == Kind.UNKNOWN;
    for (int i = 0; i < sharing.size(); i++) {
      if (i == 0 || !unknown) {
        failed.accept(sharing.get(i), thrown);
      }
      finish(sharing.get(i));
    }
  }
}
