package io.aetherkeep.session.space;

import io.aetherkeep.document.Offload;
import io.aetherkeep.redis.store.WriteThrottle;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.layout.Timestamp;
import io.aetherkeep.session.store.SessionStore.Changed;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/**
 * Follow-up of reads and writes of sessions: updates the last activity at most once per interval,
 * and moves the expiry in the indexes. It runs in the background; after a failure the next activity
 * does the work.
 */
public final class Activity {

  private static final System.Logger LOG = System.getLogger(Activity.class.getName());

  private final Duration every;
  private final InstantSource clock;
  private final BiConsumer<SessionSpace, String> pending;
  private final WriteThrottle indexed;

  /**
   * Creates the follow-up of one event loop.
   *
   * @param pending handler of sessions with history messages that are not flushed yet
   */
  public Activity(Duration every, InstantSource clock, BiConsumer<SessionSpace, String> pending) {
    this.every = every;
    this.clock = clock;
    this.pending = pending;
    this.indexed = new WriteThrottle(every, clock::millis);
  }

  /**
   * Follows up a read of a session; answers whether it is about to write the session.
   *
   * @param used whether the read counts as use
   */
  public boolean seen(SessionSpace space, StoredSession session, boolean used) {
    if (session.facts().tail() > 0) {
      pending.accept(space, session.id());
    }
    boolean due = used && isDue(session);
    if (due) {
      follow(stamp(space, session));
    }
    return due;
  }

  private boolean isDue(StoredSession session) {
    Timestamp last = session.body().lastActivity();
    Instant now = clock.instant();
    return last == null
        || last.at().isBefore(now.minus(every))
        || last.at().isAfter(now.plus(every));
  }

  private Future<?> stamp(SessionSpace space, StoredSession session) {
    return Offload.run(session.body().size(), () -> session.body().stamped(clock.instant()))
        .compose(stamped -> space.store().change(session, stamped, false, null))
        .compose(
            change ->
                change instanceof Changed changed
                    ? index(space, changed.now())
                    : Future.succeededFuture());
  }

  /**
   * Follows up a write of a session: moves its expiry in the indexes at most once per interval, or
   * per half of its remaining lifetime if that is shorter.
   */
  public void written(SessionSpace space, StoredSession session) {
    String entry = entry(space, session);
    if (indexed.isDue(entry, session.ttlMillis() / 2)) {
      follow(index(space, session).onFailure(thrown -> indexed.failed(entry)));
    }
  }

  /** Records that a session was opened, and has just been added to the indexes. */
  public void opened(SessionSpace space, StoredSession session) {
    indexed.written(entry(space, session));
  }

  private static String entry(SessionSpace space, StoredSession session) {
    return space.name() + ' ' + session.id() + ' ' + session.owner();
  }

  /** Follows up a change of a session's lifetime or id. */
  public void moved(SessionSpace space, StoredSession session) {
    follow(index(space, session));
  }

  /**
   * Moves the expiry in the indexes. Adopts a session that is missing there because its index was
   * lost.
   */
  private static Future<?> index(SessionSpace space, StoredSession session) {
    String owner = session.owner();
    Future<?> live = space.index().enter(session.id(), session.ttlMillis());
    return owner.isEmpty()
        ? live
        : Future.all(live, space.users().renew(owner, session.id(), session.ttlMillis()))
            .compose(
                done ->
                    done.<Boolean>resultAt(1)
                        ? Future.succeededFuture()
                        : space.adoption().adopt(session.registered(null)));
  }

  private static void follow(Future<?> work) {
    work.onFailure(
        thrown ->
            LOG.log(
                System.Logger.Level.DEBUG,
                () -> "Updating the activity of a session failed: " + thrown));
  }
}
