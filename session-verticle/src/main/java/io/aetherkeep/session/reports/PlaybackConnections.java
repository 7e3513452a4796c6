package io.aetherkeep.session.reports;

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
import io.aetherkeep.session.playback.Leases;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore.Change;
import io.aetherkeep.session.playback.PlaybackStore.Listener;
import io.aetherkeep.session.playback.StoredPlayback;
import io.aetherkeep.session.reports.Positions.Who;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Connection leases of playback: one for each socket, and for each HTTP client that reports. */
public final class PlaybackConnections {

  private static final System.Logger LOG = System.getLogger(PlaybackConnections.class.getName());

  /** How many sessions are renewed at once. */
  private static final int AT_ONCE = 250;

  private static final int LONGEST_NAME = 256;

  private static final Pattern NAME = Pattern.compile("[!-~]{1," + LONGEST_NAME + "}");

  private final PerSpace<PlaybackSpace> spaces;
  private final Positions positions;
  private final StreamLimit streams;
  private final PlaybackEffects effects;
  private final Activity activity;

  public PlaybackConnections(
      PerSpace<PlaybackSpace> spaces,
      Positions positions,
      StreamLimit streams,
      PlaybackEffects effects,
      Activity activity) {
    this.spaces = spaces;
    this.positions = positions;
    this.streams = streams;
    this.effects = effects;
    this.activity = activity;
  }

  /** The stored playback of a session, with positions that were reported to this node since. */
  Future<StoredPlayback> present(PlaybackSpace space, String id) {
    Who who = new Who(space.name(), id);
    return space
        .sessions()
        .orRestore(id, () -> space.playbacks().read(id))
        .map(found -> positions.withReported(who, found.orElseThrow(SessionSpace::unknown)));
  }

  /** The playback that this node knows, if Redis is unavailable. */
  Future<StoredPlayback> lastKnown(PlaybackSpace space, String id, Throwable thrown) {
    StoredPlayback known = positions.find(new Who(space.name(), id));
    return known != null && Failure.from(thrown).code() == Code.REDIS_UNAVAILABLE
        ? Future.succeededFuture(known)
        : Future.failedFuture(thrown);
  }

  private static String checkedName(String connection) {
    if (connection.equals(Change.PLAIN) || !NAME.matcher(connection).matches()) {
      throw Failure.of(
          Code.INVALID_BODY,
          "'connection' must be 1 to 256 visible ASCII characters other than '-'");
    }
    return connection;
  }

  /** Registers a connection of a session, which counts as a use of it. */
  public Future<Playback> join(JoinSession ask) {
    PlaybackSpace space = spaces.of(ask.space());
    String id = space.sessions().layout().checkedId(ask.session());
    String connection = checkedName(ask.connection());
    return space
        .sessions()
        .use(id)
        .compose(
            found -> {
              activity.seen(space.sessions(), found.orElseThrow(SessionSpace::unknown), true);
              return leased(space, id, space.leases().join(id, connection));
            })
        .compose(playing -> listen(space, Map.of(id, playing)).map(playing))
        .map(playing -> positions.withReported(new Who(space.name(), id), playing).answer(id));
  }

  /** Completes when leases have begun and the check of their expiry is scheduled, sent together. */
  private static Future<StoredPlayback> leased(
      PlaybackSpace space, String id, Future<StoredPlayback> leases) {
    return Future.all(leases, space.leases().due(id, Leases.LENGTH.toMillis()))
        .map(both -> leases.result());
  }

  public Future<Left> leave(LeaveSession ask) {
    PlaybackSpace space = spaces.of(ask.space());
    String id = space.sessions().layout().checkedId(ask.session());
    return space
        .leases()
        .leave(id, checkedName(ask.connection()))
        .compose(left -> space.leases().due(id, Math.max(left, Leases.GRACE.toMillis())))
        .map(new Left());
  }

  public Future<Kept> keep(KeepConnections ask) {
    PlaybackSpace space = spaces.of(ask.space());
    Map<String, List<String>> bySession = new LinkedHashMap<>();
    for (Connected one : ask.connections()) {
      bySession
          .computeIfAbsent(
              space.sessions().layout().checkedId(one.session()), first -> new ArrayList<>())
          .add(checkedName(one.connection()));
    }
    return keep(space, List.copyOf(bySession.keySet()), 0, bySession, new ArrayList<>())
        .map(ended -> kept(ask, Set.copyOf(ended)));
  }

  private static Kept kept(KeepConnections ask, Set<String> ended) {
    List<Connected> lost =
        ask.connections().stream().filter(one -> ended.contains(one.session())).toList();
    return new Kept(ask.connections().size() - lost.size(), lost);
  }

  /** Renews sessions in groups; answers those that have ended. */
  private Future<List<String>> keep(
      PlaybackSpace space,
      List<String> ids,
      int from,
      Map<String, List<String>> connections,
      List<String> ended) {
    if (from >= ids.size()) {
      return Future.succeededFuture(ended);
    }
    int to = Math.min(ids.size(), from + AT_ONCE);
    Map<String, List<String>> some = new LinkedHashMap<>();
    for (String id : ids.subList(from, to)) {
      some.put(id, Objects.requireNonNull(connections.get(id)));
    }
    return renew(space, some)
        .compose(
            found -> {
              ended.addAll(found);
              return keep(space, ids, to, connections, ended);
            });
  }

  /** Renews the lease of plain HTTP clients in the background. */
  void renewPlain(PlaybackSpace space, String id) {
    var unused = renew(space, Map.of(id, List.of(Change.PLAIN)));
  }

  /** Renews the leases of some sessions; answers those that have ended. It never fails. */
  private Future<List<String>> renew(PlaybackSpace space, Map<String, List<String>> some) {
    Map<String, StoredPlayback> alive = new LinkedHashMap<>();
    List<String> ended = new ArrayList<>();
    List<Future<?>> each = new ArrayList<>();
    some.forEach((id, names) -> each.add(renew(space, id, names, alive, ended)));
    return Future.all(each)
        .compose(done -> listen(space, alive).recover(PlaybackConnections::skip))
        .map(ended);
  }

  /**
   * Renews one session. It is skipped where that fails, for example because its master in a cluster
   * does not answer, so that the others are renewed.
   */
  private Future<?> renew(
      PlaybackSpace space,
      String id,
      List<String> names,
      Map<String, StoredPlayback> alive,
      List<String> ended) {
    return kept(space.sessions(), id)
        .compose(
            lives ->
                lives.isPresent()
                    ? leased(space, id, space.leases().keep(id, names))
                        .compose(playing -> streams.resume(space, id, playing))
                        .map(Optional::of)
                    : Future.succeededFuture(Optional.<StoredPlayback>empty()))
        .onSuccess(
            found -> found.ifPresentOrElse(playing -> alive.put(id, playing), () -> ended.add(id)))
        .recover(PlaybackConnections::skip);
  }

  /**
   * Restarts a session's lifetime; restores it from the system of record if Redis has lost it.
   * Empty where it has ended.
   */
  private static Future<Optional<Boolean>> kept(SessionSpace sessions, String id) {
    return sessions.orRestore(
        id, () -> sessions.store().keep(id).map(lives -> Optional.of(lives).filter(is -> is)));
  }

  private static <T> Future<T> skip(Throwable thrown) {
    LOG.log(System.Logger.Level.DEBUG, () -> "Renewing the lease of a session failed: " + thrown);
    return Future.succeededFuture();
  }

  /**
   * Renews listener leases by the playback just read. A session that is new as a listener may have
   * stopped in between, so that its playback is read once more.
   */
  private Future<?> listen(PlaybackSpace space, Map<String, StoredPlayback> alive) {
    Map<String, List<Listener>> byPodcast = new HashMap<>();
    List<Listener> held = new ArrayList<>();
    alive.forEach(
        (id, playing) -> {
          if (playing.isPlaying()) {
            Listener listener = new Listener(id, playing.user());
            byPodcast.computeIfAbsent(playing.podcast(), any -> new ArrayList<>()).add(listener);
            if (!playing.user().isEmpty()) {
              held.add(listener);
            }
          }
        });
    List<Future<Boolean>> added = new ArrayList<>();
    added.add(space.streams().hold(held));
    byPodcast.forEach((podcast, who) -> added.add(space.audience().enter(podcast, who)));
    return Future.all(added)
        .compose(
            done ->
                added.stream().anyMatch(Future::result)
                    ? confirm(space, alive)
                    : Future.succeededFuture());
  }

  private Future<?> confirm(PlaybackSpace space, Map<String, StoredPlayback> alive) {
    List<Future<Void>> all = new ArrayList<>();
    alive.forEach(
        (id, playing) -> {
          if (playing.isPlaying()) {
            all.add(effects.confirm(space, id, playing));
          }
        });
    return Future.all(all);
  }
}
