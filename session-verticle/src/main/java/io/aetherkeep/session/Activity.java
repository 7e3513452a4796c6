package io.aetherkeep.session;

import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.SessionStore.Changed;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Follows up on what was seen of a session: writes its activity into it now and then, and keeps the
 * indexes near it. Nobody waits for that, and what fails is made up for by the next activity.
 */
final class Activity {

  private static final System.Logger LOG = System.getLogger(Activity.class.getName());

  private final Duration every;
  private final InstantSource clock;
  private final Folding folding;

  Activity(Duration every, InstantSource clock, Folding folding) {
    this.every = every;
    this.clock = clock;
    this.folding = folding;
  }

  /** A session was read, and used or only looked at. */
  void seen(Room room, Found session, boolean used) {
    if (session.facts().tail() > 0) {
      folding.later(room, session.id());
    }
    boolean known = session.noted().equals(session.facts().user());
    if (used && isDue(session)) {
      follow(session, stamp(room, session));
    } else if (!known) {
      follow(session, adopt(room, session));
    }
  }

  private boolean isDue(Found session) {
    Moment last = session.body().lastActivity();
    Instant now = clock.instant();
    return last == null
        || last.at().isBefore(now.minus(every))
        || last.at().isAfter(now.plus(every));
  }

  private Future<?> stamp(Room room, Found session) {
    return room.store()
        .change(session, session.body().stamped(clock.instant()), false)
        .compose(
            change ->
                change instanceof Changed changed
                    ? index(room, changed.now())
                    : Future.succeededFuture());
  }

  /** A session that is in no index, or in another user's: another service wrote it. */
  private Future<?> adopt(Room room, Found session) {
    return room.store()
        .adopt(session)
        .compose(lives -> lives ? index(room, session) : Future.succeededFuture());
  }

  /** A session was written. */
  void moved(Room room, Found session) {
    follow(session, index(room, session));
  }

  private Future<?> index(Room room, Found session) {
    String noted = session.facts().user();
    UserId before = noted == null ? null : Found.user(noted);
    String owner = session.owner();
    Future<?> left =
        before == null || before.text().equals(owner)
            ? Future.succeededFuture()
            : room.index().disown(before.text(), List.of(session.id()));
    return left.compose(done -> room.index().enter(session.id(), owner, session.ttlMillis()));
  }

  private static void follow(Found session, Future<?> work) {
    work.onFailure(
        thrown ->
            LOG.log(
                System.Logger.Level.DEBUG,
                () -> "The activity of session " + session.id() + " was not noted: " + thrown));
  }
}
