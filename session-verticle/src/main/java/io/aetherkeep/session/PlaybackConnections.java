package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.Connected;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.PlaybackAsks.Kept;
import io.aetherkeep.catalogue.PlaybackAsks.LeaveSession;
import io.aetherkeep.catalogue.PlaybackAsks.Left;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.PlaybackStore.Change;
import io.aetherkeep.session.PlaybackStore.Listener;
import io.aetherkeep.session.Positions.Who;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Connection leases of playback: one for each socket, and for each HTTP client that reports. */
final class PlaybackConnections {

  private static final System.Logger LOG = System.getLogger(PlaybackConnections.class.getName());

  /** How many sessions are renewed at once. */
  private static final int AT_ONCE = 250;

  private static final int LONGEST_NAME = 256;

  private final PerSpace<Room> rooms;
  private final Positions positions;
  private final StreamLimit streams;

  PlaybackConnections(PerSpace<Room> rooms, Positions positions, StreamLimit streams) {
    this.rooms = rooms;
    this.positions = positions;
    this.streams = streams;
  }

  /** What a session plays, with what was reported here since. */
  Future<Playing> present(Room room, String id) {
    Who who = new Who(room.name(), id);
    return room.playbacks()
        .read(id)
        .map(found -> positions.over(who, found.orElseThrow(Sessions::unknown)));
  }

  /** What is known here, if Redis is why it is not known better. */
  Future<Playing> lastKnown(Room room, String id, Throwable thrown) {
    Playing known = positions.find(new Who(room.name(), id));
    return known != null && Failure.from(thrown).code() == Code.REDIS_UNAVAILABLE
        ? Future.succeededFuture(known)
        : Future.failedFuture(thrown);
  }

  private static String checkedName(String connection) {
    if (connection.equals(Change.PLAIN) || !connection.matches("[!-~]{1," + LONGEST_NAME + "}")) {
      throw Failure.of(
          Code.INVALID_BODY, "'connection' is 1 to 256 visible ASCII characters, and not '-'");
    }
    return connection;
  }

  Future<Playback> join(JoinSession ask) {
    Room room = rooms.of(ask.space());
    String id = room.checkedId(ask.session());
    String connection = checkedName(ask.connection());
    return room.use(id)
        .compose(
            found ->
                found.isPresent()
                    ? room.playbacks().join(id, connection)
                    : Future.failedFuture(Sessions.unknown()))
        .compose(playing -> listen(room, Map.of(id, playing)).map(playing))
        .map(playing -> positions.over(new Who(room.name(), id), playing).answer(id));
  }

  Future<Left> leave(LeaveSession ask) {
    Room room = rooms.of(ask.space());
    String id = room.checkedId(ask.session());
    return room.playbacks()
        .leave(id, checkedName(ask.connection()))
        .compose(left -> room.playbacks().due(Map.of(id, Math.max(left, Leases.GRACE.toMillis()))))
        .map(new Left());
  }

  Future<Kept> keep(KeepConnections ask) {
    Room room = rooms.of(ask.space());
    Map<String, List<String>> bySession = new LinkedHashMap<>();
    for (Connected one : ask.connections()) {
      bySession
          .computeIfAbsent(room.checkedId(one.session()), first -> new ArrayList<>())
          .add(checkedName(one.connection()));
    }
    return keep(room, List.copyOf(bySession.keySet()), 0, bySession, new ArrayList<>())
        .map(gone -> kept(ask, Set.copyOf(gone)));
  }

  private static Kept kept(KeepConnections ask, Set<String> gone) {
    List<Connected> lost =
        ask.connections().stream().filter(one -> gone.contains(one.session())).toList();
    return new Kept(ask.connections().size() - lost.size(), lost);
  }

  /** Some sessions after the other; answers those that live no more. */
  private Future<List<String>> keep(
      Room room,
      List<String> ids,
      int from,
      Map<String, List<String>> connections,
      List<String> gone) {
    if (from >= ids.size()) {
      return Future.succeededFuture(gone);
    }
    int to = Math.min(ids.size(), from + AT_ONCE);
    Map<String, List<String>> some = new LinkedHashMap<>();
    for (String id : ids.subList(from, to)) {
      some.put(id, Objects.requireNonNull(connections.get(id)));
    }
    return renew(room, some)
        .compose(
            those -> {
              gone.addAll(those);
              return keep(room, ids, to, connections, gone);
            });
  }

  /** The lease of who reports over plain HTTP; nobody waits for it. */
  void renewPlain(Room room, String id) {
    renew(room, Map.of(id, List.of(Change.PLAIN)))
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "The lease of session " + id + " was not renewed: " + thrown));
  }

  /** Renews the leases of some sessions, as far as these live; answers those that do not. */
  private Future<List<String>> renew(Room room, Map<String, List<String>> some) {
    Map<String, Playing> alive = new LinkedHashMap<>();
    List<String> gone = new ArrayList<>();
    List<Future<?>> each = new ArrayList<>();
    some.forEach((id, names) -> each.add(renew(room, id, names, alive, gone)));
    return Future.all(each).compose(done -> listen(room, alive)).map(gone);
  }

  /** A playback that cannot be read is left alone. */
  private Future<?> renew(
      Room room, String id, List<String> names, Map<String, Playing> alive, List<String> gone) {
    return room.store()
        .keep(id)
        .compose(
            lives ->
                lives
                    ? room.playbacks()
                        .keep(id, names)
                        .compose(playing -> streams.recovered(room, id, playing))
                        .map(Optional::of)
                    : Future.succeededFuture(Optional.<Playing>empty()))
        .onSuccess(
            found -> found.ifPresentOrElse(playing -> alive.put(id, playing), () -> gone.add(id)))
        .recover(PlaybackConnections::unlessUnreadable);
  }

  private static Future<Optional<Playing>> unlessUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture(Optional.empty())
        : Future.failedFuture(thrown);
  }

  private static Future<?> listen(Room room, Map<String, Playing> alive) {
    Map<String, Long> due = new HashMap<>();
    Map<String, List<Listener>> byPodcast = new HashMap<>();
    List<Listener> held = new ArrayList<>();
    alive.forEach(
        (id, playing) -> {
          due.put(id, Leases.LENGTH.toMillis());
          if (playing.isHeard()) {
            Listener listener = new Listener(id, playing.user());
            byPodcast.computeIfAbsent(playing.podcast(), any -> new ArrayList<>()).add(listener);
            if (!playing.user().isEmpty()) {
              held.add(listener);
            }
          }
        });
    List<Future<?>> all = new ArrayList<>();
    all.add(room.playbacks().due(due));
    all.add(room.streams().hold(held));
    byPodcast.forEach((podcast, who) -> all.add(room.audience().enter(podcast, who)));
    return Future.all(all);
  }
}
