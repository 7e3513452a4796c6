package io.aetherkeep.session;

import io.aetherkeep.keyspace.Offload;
import io.aetherkeep.session.SessionStore.Changed;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

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
    if (used && isDue(session)) {
      follow(session, stamp(room, session));
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
    return Offload.run(session.body().size(), () -> session.body().stamped(clock.instant()))
        .compose(stamped -> room.store().change(session, stamped, false, null))
        .compose(
            change ->
                change instanceof Changed changed
                    ? index(room, changed.now())
                    : Future.succeededFuture());
  }

  /** A session was written. */
  void moved(Room room, Found session) {
    follow(session, index(room, session));
  }

  /** What is not registered, because its index was lost say, is by the next look at it. */
  private static Future<?> index(Room room, Found session) {
    String owner = session.owner();
    Future<?> live = room.index().enter(session.id(), session.ttlMillis());
    return owner.isEmpty()
        ? live
        : Future.all(live, room.users().renew(owner, session.id(), session.ttlMillis()))
            .compose(
                done ->
                    done.<Boolean>resultAt(1)
                        ? Future.succeededFuture()
                        : room.adoption().adopt(session.registered(null)));
  }

  private static void follow(Found session, Future<?> work) {
    work.onFailure(
        thrown ->
            LOG.log(
                System.Logger.Level.DEBUG,
                () -> "The activity of session " + session.id() + " was not noted: " + thrown));
  }
}
