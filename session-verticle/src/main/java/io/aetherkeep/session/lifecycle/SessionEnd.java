package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.reports.PlaybackEffects;
import io.aetherkeep.session.space.SessionRecords;
import io.aetherkeep.session.space.SessionRecords.Owner;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.SessionStore.End;
import io.aetherkeep.session.store.UserIndex.Entry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Service that ends sessions before they expire, with a tombstone that keeps them from coming back.
 */
public final class SessionEnd {

  private final PerSpace<SessionSpace> spaces;
  private final PlaybackEffects effects;
  private final Consumer<Event> events;

  public SessionEnd(
      PerSpace<SessionSpace> spaces, PlaybackEffects effects, Consumer<Event> events) {
    this.spaces = spaces;
    this.effects = effects;
    this.events = events;
  }

  public Future<Ended> end(EndSession ask) {
    SessionSpace space = spaces.of(ask.space());
    return end(space, space.layout().checkedId(ask.id()), Ending.LOGOUT)
        .map(ended -> new Ended(ended ? 1 : 0));
  }

  /** Ends a session. Drops it from memory first, in case the outcome stays unknown. */
  Future<Boolean> end(SessionSpace space, String id, Ending reason) {
    space.forget(id);
    return peek(space, id).compose(found -> end(space, id, found, reason, false));
  }

  /**
   * Ends the session of an entry in a user's index; false where there was none, or where it belongs
   * to another user by now.
   *
   * @param young whether the session may be about to be opened; then its tombstone refuses it
   */
  Future<Boolean> end(SessionSpace space, String user, Entry entry, Ending reason, boolean young) {
    return peek(space, entry.id()).compose(found -> end(space, user, entry, found, reason, young));
  }

  /** Ends a session of an entry that was read before. */
  Future<Boolean> end(
      SessionSpace space,
      String user,
      Entry entry,
      Optional<StoredSession> found,
      Ending reason,
      boolean young) {
    space.forget(entry.id());
    return found.isPresent() && !found.get().owner().equals(user)
        ? space.users().forget(user, List.of(entry)).map(false)
        : end(space, entry.id(), found, reason, young)
            .compose(was -> space.users().leave(user, entry.id(), entry.number()).map(was));
  }

  private Future<Boolean> end(
      SessionSpace space, String id, Optional<StoredSession> found, Ending reason, boolean young) {
    return space
        .store()
        .end(id, space.remembered(), young || space.records() != null, reason)
        .compose(
            end -> {
              if (end.was()) {
                return end.from() == null
                    ? ended(space, id, found, end, reason)
                    : endedCopy(space, id, found, end, reason);
              }
              if (end.noted() && !young) {
                announceRecorded(space, id, reason);
                return space.index().rememberEnded(id).map(false);
              }
              // Completes an end whose reply was lost, or whose node died. A rotation completes its
              // own.
              return end.movedTo().equals("1")
                  ? cleared(space, id, found, end).map(false)
                  : Future.succeededFuture(false);
            })
        .onComplete(done -> space.near().forget(id));
  }

  /**
   * Ends the original of a copy that a rotation made. The session counts once, under whichever of
   * the two ids it lives.
   */
  private Future<Boolean> endedCopy(
      SessionSpace space, String copy, Optional<StoredSession> found, End end, Ending reason) {
    String original = String.valueOf(end.from());
    return space
        .store()
        .end(original, space.remembered(), false, reason)
        .compose(
            first ->
                first.was()
                    ? ended(space, original, found, first, reason)
                        .compose(was -> cleared(space, copy, found, end).map(was))
                    : first.movedTo().equals(copy)
                        ? cleared(space, original, found, first)
                            .compose(gone -> ended(space, copy, found, end, reason))
                        : cleared(space, copy, found, end).map(false));
  }

  /**
   * Announces the end of a session that only the system of record knows, without waiting for it.
   */
  private void announceRecorded(SessionSpace space, String id, Ending reason) {
    SessionRecords records = space.records();
    if (records != null) {
      End end = new End(true, false, null, null, null, "");
      records
          .owner(id)
          .otherwise(unknown -> Optional.of(Owner.UNKNOWN))
          .onSuccess(
              owner ->
                  owner.ifPresent(
                      of -> ended(space, id, Optional.empty(), of.user(), end, reason)));
    }
  }

  /** Reads a session; one that cannot be read can still be ended. */
  static Future<Optional<StoredSession>> peek(SessionSpace space, String id) {
    return space
        .store()
        .peek(id)
        .recover(
            thrown ->
                thrown instanceof Failure failure && failure.code() == Code.UNREADABLE_VALUE
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(thrown));
  }

  private Future<Boolean> ended(
      SessionSpace space, String id, Optional<StoredSession> found, End end, Ending reason) {
    return ended(
        space,
        id,
        found,
        found.map(session -> session.body().user()).orElse(end.user()),
        end,
        reason);
  }

  /** Announces the end, also of a session that had expired without an announcement. */
  private Future<Boolean> ended(
      SessionSpace space,
      String id,
      Optional<StoredSession> found,
      @Nullable UserId user,
      End end,
      Ending reason) {
    events.accept(new SessionEnded(space.name(), id, user, reason));
    return cleared(space, id, found, end).map(true);
  }

  /** Removes an ended session from the indexes, and its playback. */
  private Future<Void> cleared(
      SessionSpace space, String id, Optional<StoredSession> found, End end) {
    UserId noted = end.user();
    String owner = noted == null ? found.map(StoredSession::owner).orElse("") : noted.text();
    return space
        .index()
        .rememberEnded(id)
        .compose(
            done ->
                Future.all(
                    space.index().leave(id),
                    space.users().leave(owner, id, end.number()),
                    effects.sessionEnded(space.name(), id)))
        .mapEmpty();
  }

  /** Moves the playback of a rotated session to its new id and ends the old id. */
  Future<Void> moved(SessionSpace space, String id, String fresh, StoredSession session) {
    UserId user = session.body().user();
    return effects
        .moved(space.name(), id, fresh)
        .compose(
            moved ->
                ended(
                    space,
                    id,
                    Optional.of(session),
                    new End(true, false, user, session.facts().number(), null, fresh),
                    Ending.ROTATED))
        .mapEmpty();
  }
}
