package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.ListenersChanged;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.RedisDue.Claim;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sweeper of expired playback leases: stops the playback of sessions whose lease expired, and
 * recounts and announces their podcasts' listeners. Nodes share the work by claims, so that each
 * expiry is announced once and a dead node's work is taken over.
 */
final class LeaseExpiry {

  private static final System.Logger LOG = System.getLogger(LeaseExpiry.class.getName());

  private static final int BATCH = 100;

  private final PerSpace<Room> rooms;
  private final Listening listening;
  private final Consumer<Event> events;
  private boolean sweeping;

  LeaseExpiry(PerSpace<Room> rooms, Listening listening, Consumer<Event> events) {
    this.rooms = rooms;
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
    return Future.join(sessions(room), podcasts(room))
        .<Void>mapEmpty()
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "What is played in " + room.name() + " was not swept: " + thrown));
  }

  private Future<Void> sessions(Room room) {
    PlaybackStore store = room.playbacks();
    return store
        .claim(BATCH)
        .compose(
            claim ->
                each(
                    room,
                    claim,
                    (in, id) -> lapse(in, id, claim.now()),
                    next -> store.settle(claim, next)))
        .compose(some -> some < BATCH ? Future.succeededFuture() : sessions(room));
  }

  private Future<Void> podcasts(Room room) {
    Audience audience = room.audience();
    return audience
        .claim(BATCH)
        .compose(claim -> each(room, claim, this::tally, next -> audience.settle(claim, next)))
        .compose(some -> some < BATCH ? Future.succeededFuture() : podcasts(room));
  }

  /** What fails comes back when the claim is over. */
  private static Future<Integer> each(
      Room room,
      Claim claim,
      BiFunction<Room, String, Future<Long>> work,
      Function<Map<String, Long>, Future<Void>> settle) {
    if (claim.ids().isEmpty()) {
      return Future.succeededFuture(0);
    }
    Map<String, Long> next = new HashMap<>();
    List<Future<Long>> all =
        claim.ids().stream()
            .map(id -> work.apply(room, id).onSuccess(at -> next.put(id, at)))
            .toList();
    return Future.join(all)
        .transform(done -> settle.apply(next))
        .map(settled -> claim.ids().size());
  }

  private Future<Long> lapse(Room room, String id, long now) {
    return room.playbacks()
        .lapse(id)
        .compose(
            lapse ->
                lapse.stopped().isEmpty()
                    ? Future.succeededFuture(
                        lapse.leftMillis() == 0 ? -1 : now + lapse.leftMillis())
                    : listening
                        .changed(room, id, lapse.stopped().get())
                        .map(-1L)
                        .recover(LeaseExpiry::unlessOver));
  }

  /** Its session is over as well, and it is cleared up already. */
  private static Future<Long> unlessOver(Throwable thrown) {
    return Failure.from(thrown).code() == Code.SESSION_UNKNOWN
        ? Future.succeededFuture(-1L)
        : Future.failedFuture(thrown);
  }

  private Future<Long> tally(Room room, String podcast) {
    return room.audience()
        .tally(podcast)
        .map(
            tally -> {
              if (tally.tell()) {
                events.accept(
                    new ListenersChanged(room.name(), podcast, tally.listeners(), tally.users()));
              }
              return tally.next();
            });
  }
}
