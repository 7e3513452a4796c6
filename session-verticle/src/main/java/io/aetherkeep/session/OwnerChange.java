package io.aetherkeep.session;

import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.session.SessionStore.Change;
import io.aetherkeep.session.SessionStore.Changed;
import io.vertx.core.Future;

/**
 * Writes of sessions that may become another user's, as after a login: then one is registered among
 * that user's sessions before it is theirs, and a log-out everywhere that came in between ends it.
 */
final class OwnerChange {

  private final Endings endings;

  OwnerChange(Endings endings) {
    this.endings = endings;
  }

  Future<Change> change(Room room, Found seen, Body body, boolean whole) {
    String owner = seen.with(body, 0).owner();
    if (owner.equals(seen.owner())) {
      return room.store().change(seen, body, whole, null);
    }
    if (owner.isEmpty()) {
      return room.store()
          .change(seen, body, whole, null)
          .compose(
              change ->
                  change instanceof Changed
                      ? left(room, seen).map(change)
                      : Future.succeededFuture(change));
    }
    return room.users()
        .register(owner, seen.id(), seen.ttlMillis())
        .compose(
            number ->
                room.store()
                    .change(seen, body, whole, number)
                    .compose(
                        change ->
                            change instanceof Changed changed
                                ? theirs(room, seen, changed.now().registered(number), number)
                                : room.users().leave(owner, seen.id(), number).map(change)));
  }

  private static Future<Void> left(Room room, Found before) {
    return room.users().leave(before.owner(), before.id(), before.facts().number());
  }

  private Future<Change> theirs(Room room, Found before, Found now, long number) {
    return left(room, before)
        .compose(left -> room.users().lastLogout(now.owner()))
        .compose(
            last ->
                last < number
                    ? Future.succeededFuture(new Changed(now))
                    : endings
                        .end(room, now.id(), Ending.LOGOUT)
                        .compose(ended -> Future.failedFuture(Sessions.unknown())));
  }
}
