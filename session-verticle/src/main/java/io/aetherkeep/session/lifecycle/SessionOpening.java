package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.SessionIds;
import io.aetherkeep.session.layout.SessionLayout;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.layout.StoredSession.Facts;
import io.aetherkeep.session.lifecycle.SessionLimit.Begun;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.SessionStore.Opening;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Service that opens sessions. */
public final class SessionOpening {

  private final PerSpace<SessionSpace> spaces;
  private final PerSpace<PlaybackSpace> playback;
  private final SessionLimit limit;
  private final Activity activity;
  private final InstantSource clock;
  private final Consumer<Event> events;

  public SessionOpening(
      PerSpace<SessionSpace> spaces,
      PerSpace<PlaybackSpace> playback,
      SessionLimit limit,
      Activity activity,
      InstantSource clock,
      Consumer<Event> events) {
    this.spaces = spaces;
    this.playback = playback;
    this.limit = limit;
    this.activity = activity;
    this.clock = clock;
    this.events = events;
  }

  public Future<Session> open(OpenSession ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = ask.id() == null ? SessionIds.fresh() : space.layout().checkedId(ask.id());
    Instant now = clock.instant();
    Duration lifetime =
        ask.ttlSeconds() == null
            ? space.lifetime()
            : SessionLayout.checkedLifetime(ask.ttlSeconds());
    return Offload.run(
            length(ask.preferences()) + length(ask.data()), () -> opened(space, ask, now))
        .compose(body -> open(space, ask, id, body, now, lifetime));
  }

  private static int length(@Nullable Document document) {
    return document == null ? 0 : document.length();
  }

  private static SessionBody opened(SessionSpace space, OpenSession ask, Instant now) {
    SessionBody body = space.layout().opened(ask, now);
    space.layout().checkSize(body);
    space.layout().checkMembers(body.mostMembers());
    return body;
  }

  private Future<Session> open(
      SessionSpace space,
      OpenSession ask,
      String id,
      SessionBody body,
      Instant now,
      Duration lifetime) {
    StoredSession session = new StoredSession(id, body, lifetime.toMillis(), Facts.opened(now));
    return free(space, ask.id())
        .compose(free -> limit.begin(space, session))
        .compose(begun -> open(space, begun, lifetime))
        .compose(
            done -> {
              activity.opened(space, session);
              return session.answerAsync(space.name());
            })
        .onSuccess(answer -> events.accept(new SessionOpened(space.name(), id, body.user())));
  }

  private Future<Void> open(SessionSpace space, Begun begun, Duration lifetime) {
    return space
        .store()
        .open(begun.session(), lifetime)
        .compose(
            opening ->
                opening == Opening.OPENED
                    ? playback
                        .of(space.name())
                        .playbacks()
                        .clear(begun.session().id())
                        .compose(done -> limit.take(space, begun))
                    : limit
                        .release(space, begun)
                        .compose(back -> refused(space, begun.session(), opening)));
  }

  /**
   * Fails with the reason: Redis was too slow, the id is taken, or a log-out everywhere ended the
   * session while it was being opened.
   */
  private static Future<Void> refused(SessionSpace space, StoredSession session, Opening opening) {
    Long number = session.facts().number();
    if (opening == Opening.LATE) {
      return Future.failedFuture(
          Failure.of(Code.REDIS_UNAVAILABLE, "Redis took too long to open the session"));
    }
    return opening == Opening.TAKEN || number == null
        ? Future.failedFuture(exists())
        : space
            .users()
            .lastLogout(session.owner())
            .compose(
                last -> Future.failedFuture(last >= number ? SessionLimit.loggedOut() : exists()));
  }

  /** Checks that a given id is free before anything is written for it. */
  private static Future<Void> free(SessionSpace space, @Nullable String own) {
    return own == null
        ? Future.succeededFuture()
        : space
            .peek(own)
            .compose(
                found ->
                    found.isEmpty() ? Future.succeededFuture() : Future.failedFuture(exists()));
  }

  private static Failure exists() {
    return Failure.of(Code.SESSION_EXISTS, "A session with this id exists, or was ended recently");
  }
}
