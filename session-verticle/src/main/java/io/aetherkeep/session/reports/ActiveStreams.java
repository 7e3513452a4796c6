package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.document.Offload;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.store.SessionStore.Changed;
import io.aetherkeep.session.store.SessionStore.Overtaken;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writer of the active podcast into session documents. */
public final class ActiveStreams {

  private final Activity activity;
  private final InstantSource clock;
  private final Consumer<Event> events;

  public ActiveStreams(Activity activity, InstantSource clock, Consumer<Event> events) {
    this.activity = activity;
    this.clock = clock;
    this.events = events;
  }

  /** A body that names a podcast; empty where the document does already, or there is no session. */
  Future<Optional<SessionBody>> naming(@Nullable StoredSession session, String podcast) {
    return session == null
        ? Future.succeededFuture(Optional.empty())
        : Offload.run(session.body().size(), () -> playing(session, podcast));
  }

  private Optional<SessionBody> playing(StoredSession seen, String podcast) {
    SessionBody body = seen.body().playing(podcast);
    return body.version().equals(seen.body().version())
        ? Optional.empty()
        : Optional.of(body.stamped(clock.instant()));
  }

  /**
   * Writes a body by compare-and-set; answers the session after the write, also where another came
   * first.
   */
  Future<Optional<StoredSession>> write(PlaybackSpace space, StoredSession seen, SessionBody body) {
    return space
        .sessions()
        .store()
        .change(seen, body, false, null)
        .compose(
            change -> {
              if (change instanceof Changed changed) {
                activity.written(space.sessions(), changed.now());
                events.accept(
                    new SessionChanged(space.name(), seen.id(), changed.now().body().user(), null));
                return Future.succeededFuture(Optional.of(changed.now()));
              }
              return change instanceof Overtaken overtaken
                  ? overtaken.now().isPresent()
                      ? Future.succeededFuture(overtaken.now())
                      : space.sessions().store().peek(seen.id())
                  : Future.succeededFuture(Optional.empty());
            });
  }

  /** Records that a session was used. */
  void used(PlaybackSpace space, StoredSession session) {
    activity.seen(space.sessions(), session, true);
  }
}
