package io.aetherkeep.session;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.keyspace.Offload;
import io.aetherkeep.session.SessionStore.Changed;
import io.aetherkeep.session.SessionStore.Gone;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sees to it that a session's document names what it plays.
 *
 * <p>The two are in two slots. So whoever has written the document looks at the playback again: of
 * several at once, the last one leaves the document as the playback is. And whoever finds no
 * session there has reported what that one, which was ended meanwhile, left behind.
 */
final class ActiveStreams {

  /** So often others may write first. */
  private static final int MOST_ATTEMPTS = 50;

  private final Activity activity;
  private final InstantSource clock;
  private final Consumer<Event> events;

  ActiveStreams(Activity activity, InstantSource clock, Consumer<Event> events) {
    this.activity = activity;
    this.clock = clock;
    this.events = events;
  }

  /** Answers whether the session lives. */
  Future<Boolean> follow(Room room, String id) {
    return follow(room, id, MOST_ATTEMPTS);
  }

  private Future<Boolean> follow(Room room, String id, int attempts) {
    return Future.all(room.playbacks().look(id), room.store().look(id))
        .compose(
            both -> {
              Optional<Found> found = both.resultAt(1);
              return found.isEmpty() || attempts == 0
                  ? Future.succeededFuture(found.isPresent())
                  : follow(room, found.get(), both.<Playing>resultAt(0).active(), attempts);
            });
  }

  private Future<Boolean> follow(Room room, Found seen, String podcast, int attempts) {
    return Offload.run(seen.body().size(), () -> playing(seen, podcast))
        .compose(
            changed ->
                changed.isEmpty()
                    ? Future.succeededFuture(true)
                    : follow(room, seen, changed.get(), attempts));
  }

  /** The body that says so, if that of now does not. */
  private Optional<Body> playing(Found seen, String podcast) {
    Body body = seen.body().playing(podcast);
    return body.version().equals(seen.body().version())
        ? Optional.empty()
        : Optional.of(body.stamped(clock.instant()));
  }

  private Future<Boolean> follow(Room room, Found seen, Body body, int attempts) {
    return room.store()
        .change(seen, body, false, null)
        .compose(
            change -> {
              if (change instanceof Gone) {
                return Future.succeededFuture(false);
              }
              if (change instanceof Changed changed) {
                activity.moved(room, changed.now());
                events.accept(
                    new SessionChanged(room.name(), seen.id(), changed.now().body().user()));
              }
              return follow(room, seen.id(), attempts - 1);
            });
  }
}
