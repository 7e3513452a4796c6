package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.document.Offload;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.StoredPlayback;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.store.SessionStore.Changed;
import io.aetherkeep.session.store.SessionStore.Gone;
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
public final class ActiveStreams {

  /** So often others may write first. */
  private static final int MOST_ATTEMPTS = 50;

  private final Activity activity;
  private final InstantSource clock;
  private final Consumer<Event> events;

  public ActiveStreams(Activity activity, InstantSource clock, Consumer<Event> events) {
    this.activity = activity;
    this.clock = clock;
    this.events = events;
  }

  /** Answers whether the session lives. */
  Future<Boolean> follow(PlaybackSpace space, String id) {
    return follow(space, id, MOST_ATTEMPTS);
  }

  private Future<Boolean> follow(PlaybackSpace space, String id, int attempts) {
    return Future.all(space.playbacks().peek(id), space.sessions().store().peek(id))
        .compose(
            both -> {
              Optional<StoredSession> found = both.resultAt(1);
              return found.isEmpty() || attempts == 0
                  ? Future.succeededFuture(found.isPresent())
                  : follow(space, found.get(), both.<StoredPlayback>resultAt(0).active(), attempts);
            });
  }

  private Future<Boolean> follow(
      PlaybackSpace space, StoredSession seen, String podcast, int attempts) {
    return Offload.run(seen.body().size(), () -> playing(seen, podcast))
        .compose(
            changed ->
                changed.isEmpty()
                    ? Future.succeededFuture(true)
                    : follow(space, seen, changed.get(), attempts));
  }

  /** The body that says so, if that of now does not. */
  private Optional<SessionBody> playing(StoredSession seen, String podcast) {
    SessionBody body = seen.body().playing(podcast);
    return body.version().equals(seen.body().version())
        ? Optional.empty()
        : Optional.of(body.stamped(clock.instant()));
  }

  private Future<Boolean> follow(
      PlaybackSpace space, StoredSession seen, SessionBody body, int attempts) {
    return space
        .sessions()
        .store()
        .change(seen, body, false, null)
        .compose(
            change -> {
              if (change instanceof Gone) {
                return Future.succeededFuture(false);
              }
              if (change instanceof Changed changed) {
                activity.moved(space.sessions(), changed.now());
                events.accept(
                    new SessionChanged(space.name(), seen.id(), changed.now().body().user()));
              }
              return follow(space, seen.id(), attempts - 1);
            });
  }
}
