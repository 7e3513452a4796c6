package io.aetherkeep.session;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.RedisDue.Claim;
import io.aetherkeep.session.SessionIndex.Due;
import io.aetherkeep.session.SessionIndex.Guarded;
import io.aetherkeep.session.SessionIndex.Remains;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Notices what is over: claims what is due in the indexes, a small batch at a time, so that of all
 * nodes one tells of each expiry, and what a node left that died is taken over.
 */
final class Sweeper {

  private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());

  private static final int BATCH = 100;

  /** Between two looks at an ended session; then twice that, and so on. */
  private static final long GUARD_MILLIS = 2000;

  /** Whoever brought one back may do so again, or bring its history a moment later. */
  private static final long AGAIN_MILLIS = 1000;

  private final PerSpace<Room> rooms;
  private final Rotation rotation;
  private final Folding folding;
  private final ForeignSearch foreign;
  private final Listening listening;
  private final Consumer<Event> events;
  private boolean sweeping;

  Sweeper(
      PerSpace<Room> rooms,
      Rotation rotation,
      Folding folding,
      ForeignSearch foreign,
      Listening listening,
      Consumer<Event> events) {
    this.rooms = rooms;
    this.rotation = rotation;
    this.folding = folding;
    this.foreign = foreign;
    this.listening = listening;
    this.events = events;
  }

  /** One round over all spaces; none where one is under way yet. */
  Future<Void> sweep() {
    if (sweeping) {
      return Future.succeededFuture();
    }
    sweeping = true;
    List<Future<Void>> rounds = rooms.all().stream().map(this::sweep).toList();
    return Future.join(rounds).<Void>mapEmpty().onComplete(done -> sweeping = false);
  }

  private Future<Void> sweep(Room room) {
    return Future.join(Stream.of(Due.values()).map(due -> round(room, due)).toList())
        .<Void>mapEmpty()
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "The sessions of " + room.name() + " were not swept: " + thrown));
  }

  private Future<Void> round(Room room, Due due) {
    return room.index()
        .claim(due, BATCH)
        .compose(
            claim ->
                settle(room, due, claim)
                    .compose(
                        done ->
                            claim.ids().size() < BATCH
                                ? Future.succeededFuture()
                                : round(room, due)));
  }

  private Future<Void> settle(Room room, Due due, Claim claim) {
    if (claim.ids().isEmpty()) {
      return Future.succeededFuture();
    }
    Map<String, Long> next = new HashMap<>();
    List<Future<Void>> each =
        claim.ids().stream()
            .map(
                id ->
                    next(room, due, id)
                        .<Void>map(in -> put(next, id, in < 0 ? -1 : claim.now() + in)))
            .toList();
    return Future.join(each).transform(done -> room.index().settle(due, claim, next));
  }

  private static Void put(Map<String, Long> next, String id, long at) {
    next.put(id, at);
    return null;
  }

  /** In how many ms a session is due again, or -1. */
  private Future<Long> next(Room room, Due due, String id) {
    return switch (due) {
      case EXPIRED -> room.index().bury(id).compose(remains -> after(room, id, remains));
      case ENDED -> room.index().guard(id).compose(found -> guarded(room, id, found));
      case SEARCHES -> foreign.resume(room, id);
      case PENDING -> folding.fold(room, id).map(-1L);
    };
  }

  private Future<Long> after(Room room, String id, Remains remains) {
    UserId user = remains.user();
    String owner = user == null ? "" : user.text();
    if (remains.leftMillis() > 0) {
      return remains.from() == null
          ? lives(room, owner, id, remains.leftMillis())
          : rotation.resolve(room, id, remains);
    }
    if (remains.leftMillis() == Remains.OVER) {
      events.accept(new SessionExpired(room.name(), id, user));
      return Future.all(room.users().leave(owner, id, remains.number()), listening.over(room, id))
          .map(-1L);
    }
    return Future.succeededFuture(-1L);
  }

  /** It was used since, or another service gave it a longer lifetime, which the index follows. */
  private static Future<Long> lives(Room room, String owner, String id, long leftMillis) {
    return owner.isEmpty()
        ? Future.succeededFuture(leftMillis)
        : room.users().renew(owner, id, leftMillis).map(leftMillis);
  }

  private Future<Long> guarded(Room room, String id, Guarded found) {
    return found.leftMillis() > 0
        ? Future.succeededFuture(
            found.removed() ? AGAIN_MILLIS : nextLook(room, found.leftMillis()))
        : room.index().forget(id).map(-1L);
  }

  /** The longer ago it was ended, the rarer; the last look comes just before it is forgotten. */
  private long nextLook(Room room, long leftMillis) {
    long ago = Math.max(GUARD_MILLIS, room.remembered().toMillis() - leftMillis);
    long last = Math.max(leftMillis - GUARD_MILLIS, 1);
    return leftMillis > GUARD_MILLIS ? Math.min(ago, last) : leftMillis + 1;
  }

  /** Redis says that a key expired, which it may or may not do; the sweep decides. */
  void hint(Room room, String id) {
    room.index()
        .hasten(id)
        .onSuccess(
            due -> {
              if (due) {
                sweep();
              }
            });
  }
}
