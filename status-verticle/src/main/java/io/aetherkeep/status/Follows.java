package io.aetherkeep.status;

import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.util.List;

/** The rules of following a status from a place on: nothing is missed, or that is told. */
final class Follows {

  private final PerSpace<Room> rooms;

  Follows(PerSpace<Room> rooms) {
    this.rooms = rooms;
  }

  Future<Followed> follow(FollowStatus ask) {
    Room room = rooms.of(ask.space());
    StatusKind kind = StatusKind.of(ask.kind());
    String after = ask.after();
    long asked = room.recent().now();
    return room.recorded()
        .look(kind, ask.id())
        .compose(
            sight -> {
              Status present = room.views().plain(kind, ask.id(), sight);
              room.recent().keep(present, asked);
              if (after == null) {
                return Future.succeededFuture(new Followed(List.of(present), true));
              }
              return after.equals(present.offset())
                  ? Future.succeededFuture(new Followed(List.of(), true))
                  : since(room, kind, sight, present, after);
            });
  }

  private static Future<Followed> since(
      Room room, StatusKind kind, Sight sight, Status present, String after) {
    if (after.equals(present.previous())) {
      return Future.succeededFuture(new Followed(List.of(present), true));
    }
    return room.book()
        .feed(kind, present.id(), after)
        .compose(
            entries -> {
              if (entries == null) {
                return Future.succeededFuture(new Followed(List.of(present), false));
              }
              FeedSlice course = FeedSlice.of(entries, present, after);
              return course.needsHealing()
                  ? room.book()
                      .heal(kind, present.id(), sight)
                      .transform(healed -> Future.succeededFuture(course.followed()))
                  : Future.succeededFuture(course.followed());
            });
  }
}
