package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.FollowStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamHeard;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.catalogue.StreamAsks.UnfollowStream;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.stream.StreamFollower.End;
import io.aetherkeep.router.stream.StreamPiece.StreamFormat;
import java.util.ArrayList;
import java.util.HashMap;
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

  private final Bus bus;
  private final Slices slices;
  private final String space;
  private final String path;
  private final Map<StreamFollower, Seat> seats = new LinkedHashMap<>();
  private final Map<Place, List<Seat>> reads = new HashMap<>();
  private StreamFormat format = StreamFormat.BINARY;
  private @Nullable String tail;
  private @Nullable End end;
  private boolean opening;
  private boolean pulling;
  private boolean pullAgain;

  /** Something may have happened that was not heard; it is looked for again later. */
  private boolean unsure;

  private int idleLooks;

  /** How often all had to read anew; what was to be told before is told no more. */
  private int restarts;

  StreamFeed(Bus bus, Slices slices, String space, String path) {
    this.bus = bus;
    this.slices = slices;
    this.space = space;
    this.path = path;
    bus.ask(new FollowStream(space, path)).onFailure(thrown -> goneForAll(thrown));
  }

  /** A follower and its place. */
  private static final class Seat {
    final StreamFollower follower;
    final @Nullable String endUser;
    String offset;

    /** It reads from Redis what it has not got; nothing else is delivered meanwhile. */
    boolean reading = true;

    /** A read for it is under way, and another would bring the same once more. */
    boolean asked;

    /** Its last read found nothing or failed; another waits until the feed knows more. */
    boolean resting;

    /** It knows that nothing follows. */
    boolean ended;

    boolean opened;

    /** It knows that there is no such stream. */
    boolean absent;

    boolean left;

    Seat(StreamFollower follower, String offset, @Nullable String endUser) {
      this.endUser = endUser;
      this.follower = follower;
      this.offset = offset;
    }

    long position() {
      return StreamOffset.position(offset);
    }
  }

  /** What one read answers: bytes of a place, to whom they may be shown. */
  private record Place(String offset, @Nullable String endUser) {}

  String space() {
    return space;
  }

  /** The followers at present, for some leave while they are told. */
  private List<Seat> all() {
    return List.copyOf(seats.values());
  }

  void join(StreamFollower follower, String offset, @Nullable String endUser) {
    idleLooks = 0;
    Seat seat = new Seat(follower, offset, endUser);
    seats.put(follower, seat);
    if (tail == null) {
      open();
    } else {
      read(seat);
    }
  }

  public void leave(StreamFollower follower) {
    Seat seat = seats.remove(follower);
    if (seat != null) {
      seat.left = true;
    }
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
              describe(stream);
              all().forEach(this::readAgain);
            },
            thrown -> {
              opening = false;
              lost(thrown);
            });
  }

  private void describe(StreamInfo stream) {
    tail = stream.offset();
    format = StreamFormat.of(stream.contentType());
    end = stream.closed() ? new End(stream.stopped(), stream.abandoned() != null) : null;
  }

  private void readAgain(Seat seat) {
    seat.resting = false;
    read(seat);
  }

  /** Reads what comes after a follower's place, as long as there is more and it takes more. */
  private void read(Seat seat) {
    if (seat.left || seat.ended) {
      return;
    }
    seat.reading = true;
    if (seat.asked || seat.resting || !seat.follower.mayRead()) {
      return;
    }
    seat.asked = true;
    Place place = new Place(seat.offset, seat.endUser);
    List<Seat> sharing = reads.get(place);
    if (sharing == null || seat.offset.equals(TAIL)) {
      ask(place, seat);
    } else {
      sharing.add(seat);
    }
  }

  /** Reads once for all who come to a place while the read is under way. */
  private void ask(Place place, Seat first) {
    List<Seat> sharing = new ArrayList<>(List.of(first));
    reads.put(place, sharing);
    bus.ask(new ReadStream(space, path, place.offset, place.endUser))
        .onComplete(
            slice -> {
              reads.remove(place, sharing);
              StreamPiece piece = piece(slice);
              slices.each(sharing, seat -> took(seat, slice, piece));
            },
            thrown -> {
              reads.remove(place, sharing);
              tookNothing(sharing, thrown);
            });
  }

  private StreamPiece piece(StreamSlice slice) {
    long from = StreamOffset.position(slice.from());
    return new StreamPiece(format, from, slice.next(), slice.data().bytes());
  }

  private void took(Seat seat, StreamSlice slice, StreamPiece piece) {
    if (!seat.left) {
      give(seat, slice, piece);
    }
    finishRead(seat);
  }

  /** A read is over; who reads several streams reads on in turn. */
  private void finishRead(Seat seat) {
    seat.asked = false;
    seat.follower.hasRead();
    if (seat.reading) {
      read(seat);
    }
  }

  /** Who came later than the read began may know of a stream that was created meanwhile. */
  private void tookNothing(List<Seat> sharing, Throwable thrown) {
    if (tail != null) {
      // It is there by now, or soon is not.
      unsure = true;
    }
    boolean unknown = Failure.from(thrown).kind() == Kind.UNKNOWN;
    for (int i = 0; i < sharing.size(); i++) {
      if (i == 0 || !unknown) {
        failed(sharing.get(i), thrown);
      }
      finishRead(sharing.get(i));
    }
  }

  private void give(Seat seat, StreamSlice slice, StreamPiece piece) {
    if (!seat.opened) {
      seat.opened = true;
      seat.absent = false;
      seat.follower.opened(slice.contentType());
    }
    boolean ahead = tail != null && StreamOffset.position(slice.next()) >= position();
    // The read may be older than the end that was heard of meanwhile.
    boolean there = slice.upToDate() && ahead;
    seat.resting = slice.upToDate() && tail == null;
    End over = slice.closed() ? ended(slice) : there ? end : null;
    seat.offset = slice.next();
    seat.ended = over != null;
    seat.reading = !there && over == null;
    if (!piece.isEmpty()) {
      seat.follower.piece(piece, slice.upToDate(), over);
    } else if (there || over != null) {
      seat.follower.caughtUp(seat.offset, over);
    }
  }

  private static End ended(StreamSlice slice) {
    return new End(slice.stopped(), slice.abandoned() != null);
  }

  /** A follower stays through an outage, and goes with what it follows. */
  private void failed(Seat seat, Throwable thrown) {
    Failure why = Failure.from(thrown);
    if (seat.left) {
      return;
    }
    if (why.code() == Code.STREAM_UNKNOWN && seat.follower.waitsForCreation()) {
      miss(seat);
    } else if (why.kind() == Kind.UNAVAILABLE && seat.follower.staysThroughOutages()) {
      unsure = true;
      seat.resting = true;
    } else if (why.code() == Code.OFFSET_GONE && seat.follower.startsOver()) {
      seat.offset = BEGINNING;
      seat.reading = true;
    } else {
      leave(seat.follower);
      seat.follower.gone(thrown);
    }
  }

  private long position() {
    return tail == null ? 0 : StreamOffset.position(tail);
  }

  /** A follower that was slow takes more. */
  public void resume(StreamFollower follower) {
    Seat seat = seats.get(follower);
    if (seat != null && seat.reading) {
      read(seat);
    }
  }

  void heard(StreamHeard news) {
    if (news.deleted()) {
      lost(Failure.of(Code.STREAM_UNKNOWN, "It was deleted"));
      return;
    }
    String known = tail;
    if (known == null) {
      // It was created.
      open();
      return;
    }
    long from = StreamOffset.position(news.from());
    long to = StreamOffset.position(news.next());
    if (from < position() && news.next().compareTo(known) > 0 && !sameEpoch(news.next(), known)) {
      startOver();
      return;
    }
    if (from > position() || (to > position() && news.data() == null)) {
      pull();
      return;
    }
    if (news.closed()) {
      end = new End(news.stopped(), news.abandoned() != null);
    }
    if (to > position() && news.data() != null) {
      advance(new StreamPiece(format, from, news.next(), news.data().bytes()));
    } else if (news.closed()) {
      tellEnd();
    }
  }

  private static boolean sameEpoch(String one, String other) {
    int length = one.indexOf('_');
    return one.regionMatches(0, other, 0, length);
  }

  /** Redis lost appends: each follower finds out whether it has had any of them. */
  private void startOver() {
    tail = null;
    restarts++;
    for (Seat seat : all()) {
      seat.reading = true;
      seat.ended = false;
    }
    open();
  }

  private void advance(StreamPiece piece) {
    tail = piece.next();
    End over = end;
    tellAll(
        seat -> {
          if (seat.position() < piece.to()) {
            deliver(seat, piece, over);
          }
        });
  }

  /** Tells those at the tail, as long as it is the tail of what they know. */
  private void tellAll(Consumer<Seat> telling) {
    int known = restarts;
    slices.each(
        seats.values(),
        seat -> {
          if (known == restarts && !seat.left && !seat.reading && !seat.ended) {
            telling.accept(seat);
          }
        });
  }

  private void deliver(Seat seat, StreamPiece piece, @Nullable End over) {
    long position = seat.position();
    if (position < piece.from() || !seat.follower.hasRoom()) {
      read(seat);
      return;
    }
    seat.offset = piece.next();
    seat.ended = over != null;
    seat.follower.piece(piece.after(position), true, over);
  }

  private void tellEnd() {
    End over = end;
    tellAll(
        seat -> {
          seat.ended = over != null;
          seat.follower.caughtUp(seat.offset, over);
        });
  }

  /** Reads once for all at the tail what was not told, or was too long to be. */
  void pull() {
    String known = tail;
    if (known == null) {
      open();
      return;
    }
    if (pulling) {
      pullAgain = true;
      return;
    }
    pulling = true;
    bus.ask(new ReadStream(space, path, known, null)).onComplete(this::pulled, this::notPulled);
  }

  private void pulled(StreamSlice slice) {
    pulling = false;
    unsure = false;
    if (slice.closed()) {
      end = ended(slice);
    }
    long from = StreamOffset.position(slice.from());
    if (!slice.data().isEmpty() && from == position()) {
      advance(piece(slice));
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
      if (tail == null) {
        return true;
      }
      for (Seat seat : all()) {
        if (seat.reading) {
          readAgain(seat);
        }
      }
    }
    idleLooks = seats.isEmpty() ? idleLooks + 1 : 0;
    return idleLooks < IDLE_LOOKS;
  }

  /** Somebody who asks again and again need not begin anew each time. */
  private static final int IDLE_LOOKS = 5;

  /** The stream is not there; some wait for it to be. */
  private void lost(Throwable thrown) {
    Failure why = Failure.from(thrown);
    tail = null;
    restarts++;
    end = null;
    if (why.kind() == Kind.UNAVAILABLE) {
      unsure = true;
    }
    for (Seat seat : all()) {
      failed(seat, why);
    }
  }

  /** It waits for the stream to be created, which is told it once. */
  private static void miss(Seat seat) {
    seat.offset = BEGINNING;
    seat.reading = true;
    seat.resting = true;
    seat.ended = false;
    seat.opened = false;
    if (!seat.absent) {
      seat.absent = true;
      seat.follower.absent();
    }
  }

  private static final String BEGINNING = "-1";
  private static final String TAIL = "now";

  private void goneForAll(Throwable why) {
    List<Seat> left = all();
    seats.clear();
    tail = null;
    for (Seat seat : left) {
      seat.left = true;
      seat.follower.gone(why);
    }
  }

  List<StreamFollower> followers() {
    return List.copyOf(seats.keySet());
  }

  void close() {
    bus.ask(new UnfollowStream(space, path));
  }
}
