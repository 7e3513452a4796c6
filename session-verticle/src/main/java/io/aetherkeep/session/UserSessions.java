package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.ListSessions;
import io.aetherkeep.catalogue.SessionAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionAsks.SessionList;
import io.aetherkeep.catalogue.SessionAsks.SessionRow;
import io.aetherkeep.catalogue.SessionAsks.SessionStats;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules of listing sessions, a user's or all; a list never shows one that is over. */
final class UserSessions {

  /** ISO-8601 in one zone sorts as time does. */
  private static final Comparator<SessionRow> LATEST_FIRST =
      Comparator.comparing(
              SessionRow::lastActivityAt, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
          .reversed();

  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;

  private final Rooms rooms;
  private final Endings endings;
  private final Activity activity;

  UserSessions(Rooms rooms, Endings endings, Activity activity) {
    this.rooms = rooms;
    this.endings = endings;
    this.activity = activity;
  }

  Future<SessionList> list(ListUserSessions ask) {
    Room room = rooms.find(ask.space());
    String user = Room.checkedUser(ask.userId());
    int from = position(ask.cursor());
    int count = limit(ask.limit());
    return room.index()
        .ofUser(user, from, count)
        .compose(
            ids ->
                looked(room, ids)
                    .compose(found -> own(room, user, ids, found))
                    .map(own -> page(own, ids.size() < count ? null : from + own.size())));
  }

  private static SessionList page(List<Found> sessions, @Nullable Integer next) {
    return new SessionList(
        sessions.stream().map(Found::row).sorted(LATEST_FIRST).toList(),
        next == null ? null : next.toString());
  }

  private Future<List<Found>> looked(Room room, List<String> ids) {
    List<Future<Optional<Found>>> looks = ids.stream().map(id -> lookOrSkip(room, id)).toList();
    return Future.all(looks)
        .map(all -> looks.stream().map(Future::result).flatMap(Optional::stream).toList());
  }

  /** One that cannot be read must not hide the others. */
  private static Future<Optional<Found>> lookOrSkip(Room room, String id) {
    return room.store()
        .look(id)
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.UNREADABLE_VALUE
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(thrown));
  }

  /** Those that are the user's; the index forgets the others. */
  private static Future<List<Found>> own(
      Room room, String user, List<String> ids, List<Found> found) {
    List<Found> own = found.stream().filter(session -> session.owner().equals(user)).toList();
    List<String> strange = new ArrayList<>(ids);
    own.forEach(session -> strange.remove(session.id()));
    return room.index().disown(user, strange).map(own);
  }

  Future<Ended> endAll(EndUserSessions ask) {
    Room room = rooms.find(ask.space());
    String user = Room.checkedUser(ask.userId());
    String except = ask.except() == null ? "" : room.checkedId(ask.except());
    return (room.records() == null
            ? Future.<Void>succeededFuture()
            : room.index().logOut(user, room.remembered()))
        .compose(noted -> endFrom(room, user, except, 0, 0))
        .map(Ended::new);
  }

  /** Batch by batch: each that was ended leaves the index, so that the next come forward. */
  private Future<Long> endFrom(Room room, String user, String except, int from, long ended) {
    return room.index()
        .ofUser(user, from, USUAL_PAGE)
        .compose(
            ids ->
                ids.isEmpty()
                    ? Future.succeededFuture(ended)
                    : looked(room, ids)
                        .compose(found -> own(room, user, ids, found))
                        .compose(own -> endThese(room, except, own))
                        .compose(
                            done ->
                                endFrom(
                                    room,
                                    user,
                                    except,
                                    from + (ids.contains(except) ? 1 : 0),
                                    ended + done)));
  }

  private Future<Long> endThese(Room room, String except, List<Found> own) {
    List<Future<Boolean>> endings =
        own.stream()
            .map(Found::id)
            .filter(id -> !id.equals(except))
            .map(id -> this.endings.end(room, id, Ending.LOGOUT))
            .toList();
    return Future.all(endings).map(all -> endings.stream().filter(Future::result).count());
  }

  Future<SessionList> listAll(ListSessions ask) {
    Room room = rooms.find(ask.space());
    return room.listing()
        .page(ask.cursor() == null ? "" : ask.cursor(), limit(ask.limit()))
        .compose(
            page ->
                looked(room, page.ids().stream().distinct().toList())
                    .map(
                        found -> {
                          found.forEach(session -> activity.seen(room, session, false));
                          return new SessionList(
                              found.stream().map(Found::row).toList(),
                              page.next().isEmpty() ? null : page.next());
                        }));
  }

  Future<SessionStats> stats(ReadSessionStats ask) {
    Room room = rooms.find(ask.space());
    return room.index().count().map(live -> new SessionStats(room.name(), live));
  }

  private static int limit(@Nullable Integer limit) {
    if (limit != null && (limit < 1 || limit > LARGEST_PAGE)) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit is a whole number from 1 to " + LARGEST_PAGE);
    }
    return limit == null ? USUAL_PAGE : limit;
  }

  private static int position(@Nullable String cursor) {
    if (cursor == null) {
      return 0;
    }
    if (!cursor.matches("[0-9]{1,9}")) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is none that was given out here");
    }
    return Integer.parseInt(cursor);
  }
}
