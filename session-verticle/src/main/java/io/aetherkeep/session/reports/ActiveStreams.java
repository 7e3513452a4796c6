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

/** Writes into a session's document which podcast it plays, where the document does not say so. */
public final class ActiveStreams {

  private final Activity activity;
  private final InstantSource clock;
  private final Consumer<Event> events;

  public ActiveStreams(Activity activity, InstantSource clock, Consumer<Event> events) {
    this.activity = activity;
    this.clock = clock;
    this.events = events;
  }

  /** The body that names a podcast; nothing where that of now does, or there is no session. */
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

  /** Writes a body unless somebody wrote first; answers the session as it is then. */
  Future<Optional<StoredSession>> write(PlaybackSpace space, StoredSession seen, SessionBody body) {
    return space
        .sessions()
        .store()
        .change(seen, body, false, null)
        .compose(
            change -> {
              if (change instanceof Changed changed) {
                activity.moved(space.sessions(), changed.now());
                events.accept(
                    new SessionChanged(space.name(), seen.id(), changed.now().body().user()));
                return Future.succeededFuture(Optional.of(changed.now()));
              }
              return change instanceof Overtaken overtaken
                  ? overtaken.now().isPresent()
                      ? Future.succeededFuture(overtaken.now())
                      : space.sessions().store().peek(seen.id())
                  : Future.succeededFuture(Optional.empty());
            });
  }

  /** A session was used, and is known as it is now. */
  void used(PlaybackSpace space, StoredSession session) {
    activity.seen(space.sessions(), session, true);
  }
}
