package io.aetherkeep.status;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.ListStatuses;
import io.aetherkeep.catalogue.StatusAsks.Listed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusPage;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lists what is in progress; what the index names and is so no longer is left out. */
final class Listings {

  private static final int USUAL = 50;
  private static final int MOST = 500;

  private final Rooms rooms;
  private final Duration stalledAfter;

  Listings(Rooms rooms, Duration stalledAfter) {
    this.rooms = rooms;
    this.stalledAfter = stalledAfter;
  }

  Future<StatusPage> list(ListStatuses ask) {
    Room room = rooms.find(ask.space());
    Kind kind = Kind.of(ask.kind());
    int limit = ask.limit() == null ? USUAL : ask.limit();
    if (limit < 1 || limit > MOST) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit is from 1 to " + MOST);
    }
    return room.book()
        .underway(kind, ask.cursor() == null ? "0" : ask.cursor(), limit)
        .compose(page -> listed(room, kind, page));
  }

  private Future<StatusPage> listed(Room room, Kind kind, Book.Page page) {
    List<Future<@Nullable Listed>> each =
        page.ids().stream().map(id -> listed(room, kind, id)).toList();
    return Future.all(each)
        .map(
            done ->
                new StatusPage(
                    each.stream().map(Future::result).filter(Objects::nonNull).toList(),
                    page.next().equals("0") ? null : page.next()));
  }

  private Future<@Nullable Listed> listed(Room room, Kind kind, String id) {
    return room.sights()
        .look(kind, id)
        .compose(
            sight -> {
              Run run = sight.run();
              return sight.document() == null
                      || run == null
                      || run.isFinal()
                      || !sight.document().isJson()
                  ? Future.<@Nullable Listed>succeededFuture()
                  : room.views().of(kind, id, sight).map(status -> listed(status, run));
            });
  }

  private Listed listed(Status status, Run run) {
    return new Listed(
        status.id(),
        status.attempt(),
        status.updatedAt(),
        status.expiresAt(),
        Instant.ofEpochMilli(run.beat()).plus(stalledAfter).toString(),
        status.estimate(),
        status.document());
  }
}
