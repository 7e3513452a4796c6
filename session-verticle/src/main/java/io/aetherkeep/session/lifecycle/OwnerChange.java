package io.aetherkeep.session.lifecycle;

import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.SessionStore.Change;
import io.aetherkeep.session.store.SessionStore.Changed;
import io.vertx.core.Future;

/**
 * Writes that may change a session's user, such as a login. The session is registered at its new
 * user before it is written, and a log-out everywhere that came in between ends it.
 */
public final class OwnerChange {

  private final SessionEnd endings;

  public OwnerChange(SessionEnd endings) {
    this.endings = endings;
  }

  Future<Change> change(SessionSpace space, StoredSession seen, SessionBody body, boolean whole) {
    String owner = seen.with(body, 0).owner();
    if (owner.equals(seen.owner())) {
      return space.store().change(seen, body, whole, null);
    }
    if (owner.isEmpty()) {
      return space
          .store()
          .change(seen, body, whole, null)
          .compose(
              change ->
                  change instanceof Changed
                      ? leaveFormer(space, seen).map(change)
                      : Future.succeededFuture(change));
    }
    return space
        .users()
        .register(owner, seen.id(), seen.ttlMillis())
        .compose(
            number ->
                space
                    .store()
                    .change(seen, body, whole, number)
                    .compose(
                        change ->
                            change instanceof Changed changed
                                ? confirmOwner(
                                    space, seen, changed.now().registered(number), number)
                                : space.users().leave(owner, seen.id(), number).map(change)));
  }

  private static Future<Void> leaveFormer(SessionSpace space, StoredSession before) {
    return space.users().leave(before.owner(), before.id(), before.facts().number());
  }

  private Future<Change> confirmOwner(
      SessionSpace space, StoredSession before, StoredSession now, long number) {
    return leaveFormer(space, before)
        .compose(left -> space.users().lastLogout(now.owner()))
        .compose(
            last ->
                last < number
                    ? Future.succeededFuture(new Changed(now))
                    : endings
                        .end(space, now.id(), Ending.LOGOUT)
                        .compose(ended -> Future.failedFuture(SessionSpace.unknown())));
  }
}
