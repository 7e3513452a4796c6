package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.layout.SessionIds;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.reports.PlaybackEffects;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.SessionIndex.Remains;
import io.aetherkeep.session.store.UserIndex;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rotation of session ids: moves a session to a new unguessable id and ends the old id at once.
 *
 * <p>The new id is indexed before the copy is written, and is due for a check soon: if the node
 * dies in between, the {@link Sweeper} of another one completes the rotation or rolls it back.
 */
public final class Rotation {

  /** When the sweeper checks whether a rotation was completed. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private final PerSpace<SessionSpace> spaces;
  private final Activity activity;
  private final SessionEnd endings;
  private final PlaybackEffects effects;
  private final Consumer<Event> events;

  public Rotation(
      PerSpace<SessionSpace> spaces,
      Activity activity,
      SessionEnd endings,
      PlaybackEffects effects,
      Consumer<Event> events) {
    this.spaces = spaces;
    this.activity = activity;
    this.endings = endings;
    this.effects = effects;
    this.events = events;
  }

  public Future<Session> rotate(RotateSession ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = space.layout().checkedId(ask.id());
    String fresh = SessionIds.fresh();
    space.forget(id);
    return space
        .peek(id)
        .compose(found -> rotate(space, found.orElseThrow(SessionSpace::unknown), fresh))
        .compose(moved -> space.store().use(fresh))
        .compose(
            found -> {
              StoredSession session = found.orElseThrow(SessionSpace::unknown);
              activity.moved(space, session);
              activity.seen(space, session, false);
              events.accept(new SessionOpened(space.name(), fresh, session.body().user()));
              return session.answerAsync(space.name());
            })
        .onComplete(done -> space.near().forget(id));
  }

  /** Registers and moves the session; fails if the user logs out everywhere meanwhile. */
  private Future<Void> rotate(SessionSpace space, StoredSession session, String fresh) {
    return registered(space, session, fresh)
        .compose(
            one ->
                one.isEmpty()
                    ? Future.failedFuture(SessionSpace.unknown())
                    : entered(space, session, fresh)
                        .compose(entered -> move(space, session, fresh, one.get().number())));
  }

  /** Indexes the new id, also for the history messages that are pending under the old one. */
  private static Future<?> entered(SessionSpace space, StoredSession session, String fresh) {
    Future<Void> live = space.index().enter(fresh, SOON.toMillis());
    return session.facts().tail() > 0 ? Future.all(live, space.index().pending(fresh)) : live;
  }

  /** A sequence number, or null for a session without a user. */
  private record Registered(@Nullable Long number) {}

  private static Future<Optional<Registered>> registered(
      SessionSpace space, StoredSession session, String fresh) {
    return session.owner().isEmpty()
        ? Future.succeededFuture(Optional.of(new Registered(null)))
        : space
            .users()
            .registerInstead(session.owner(), fresh, session.ttlMillis(), session.id())
            .map(number -> number.map(Registered::new));
  }

  private Future<Void> move(
      SessionSpace space, StoredSession session, String fresh, @Nullable Long number) {
    return space
        .store()
        .move(session.id(), fresh, number, space.remembered())
        .compose(
            moved ->
                moved
                    ? Future.<Void>succeededFuture()
                    : Future.failedFuture(SessionSpace.unknown()))
        .recover(thrown -> rollBack(space, session.owner(), fresh, number, thrown))
        .compose(moved -> endings.moved(space, session.id(), fresh, session))
        .compose(done -> space.store().settle(fresh))
        .compose(
            lives ->
                lives
                    ? Future.succeededFuture()
                    : effects
                        .removeOrMove(space.name(), fresh)
                        .compose(over -> Future.failedFuture(SessionSpace.unknown())));
  }

  /**
   * Rolls back a move that failed before the old id ended. Where that is unknown, and after it, the
   * sweeper decides.
   */
  private static Future<Void> rollBack(
      SessionSpace space, String user, String fresh, @Nullable Long number, Throwable thrown) {
    Code code = Failure.from(thrown).code();
    return code != Code.SESSION_UNKNOWN && code != Code.OVERLOADED
        ? Future.failedFuture(thrown)
        : space
            .users()
            .leave(user, fresh, number)
            .compose(left -> space.index().leave(fresh))
            .compose(left -> Future.failedFuture(thrown));
  }

  /**
   * Completes or rolls back the rotation of a node that died, depending on how its old id ended.
   * Answers in how many ms the new id is due again, or -1 where it is gone.
   */
  Future<Long> resolve(SessionSpace space, String fresh, Remains remains) {
    String old = String.valueOf(remains.from());
    return space
        .store()
        .resolve(old, fresh)
        .compose(
            moved ->
                moved
                    ? complete(space, old, fresh).map(remains.leftMillis())
                    : abandon(space, fresh, remains).map(-1L));
  }

  private Future<Void> complete(SessionSpace space, String old, String fresh) {
    return space
        .store()
        .peek(fresh)
        .compose(
            found ->
                found.isEmpty()
                    ? Future.succeededFuture()
                    : endings
                        .moved(
                            space,
                            old,
                            fresh,
                            new StoredSession(old, found.get().body(), 0, StoredSession.Facts.NONE))
                        .compose(moved -> space.store().settle(fresh))
                        .onSuccess(
                            settled -> {
                              activity.seen(space, found.get(), false);
                              events.accept(
                                  new SessionOpened(
                                      space.name(), fresh, found.get().body().user()));
                            })
                        .mapEmpty());
  }

  private static Future<Void> abandon(SessionSpace space, String fresh, Remains remains) {
    UserId user = remains.user();
    return space
        .store()
        .end(fresh, UserIndex.STALE, true, null)
        .compose(
            ended ->
                user == null
                    ? Future.succeededFuture()
                    : space.users().leave(user.text(), fresh, remains.number()));
  }
}
