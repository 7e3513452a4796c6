package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.Member;
import io.aetherkeep.catalogue.ListenerAsks.Presence;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadPresence;
import io.aetherkeep.catalogue.ListenerAsks.ReadTop;
import io.aetherkeep.catalogue.ListenerAsks.Top;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.playback.Audience;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.StoredPlayback;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Service that counts, lists and ranks the listeners of podcasts. */
public final class ListenerCounts {

  private static final int USUAL_TOP = 10;
  private static final int LARGEST_TOP = 100;
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 500;

  /** Limit of podcasts that statistics sum up, which keeps a scrape cheap. */
  private static final int COUNTED = 10_000;

  private final PerSpace<PlaybackSpace> spaces;
  private final Positions positions;

  public ListenerCounts(PerSpace<PlaybackSpace> spaces, Positions positions) {
    this.spaces = spaces;
    this.positions = positions;
  }

  public Future<Listeners> count(ReadListeners ask) {
    PlaybackSpace space = spaces.of(ask.space());
    Keyspaces.LISTENERS.key(ask.podcast());
    return space.audience().count(ask.podcast());
  }

  /** Lists the sessions that listen to a podcast, without those that play another one by now. */
  public Future<Presence> presence(ReadPresence ask) {
    PlaybackSpace space = spaces.of(ask.space());
    Keyspaces.LISTENERS.key(ask.podcast());
    Integer limit = ask.limit();
    if (limit != null && (limit < 1 || limit > LARGEST_PAGE)) {
      throw Failure.of(
          Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + LARGEST_PAGE);
    }
    String cursor = ask.cursor() == null ? "0" : ask.cursor();
    if (!Digits.isNumber(cursor, 20)) {
      throw Failure.of(Code.INVALID_PARAMETER, "A cursor is the 'next' of the page before");
    }
    return space
        .audience()
        .members(ask.podcast(), cursor, limit == null ? USUAL_PAGE : limit)
        .compose(page -> presence(space, ask.podcast(), page));
  }

  private static Future<Presence> presence(
      PlaybackSpace space, String podcast, Audience.Page page) {
    List<String> sessions = page.sessions().stream().distinct().sorted().toList();
    List<Future<StoredPlayback>> played =
        sessions.stream().map(id -> space.playbacks().peek(id)).toList();
    return Future.all(played)
        .map(
            all -> {
              List<Member> members = new ArrayList<>();
              for (int i = 0; i < sessions.size(); i++) {
                StoredPlayback now = played.get(i).result();
                if (now.podcast().equals(podcast)) {
                  String user = now.user().isEmpty() ? null : now.user();
                  members.add(new Member(sessions.get(i), user, now.state()));
                }
              }
              return new Presence(podcast, members, page.next().equals("0") ? null : page.next());
            });
  }

  /** Ranks podcasts by counts up to a second old, and answers current counts. */
  public Future<Top> top(ReadTop ask) {
    PlaybackSpace space = spaces.of(ask.space());
    Integer limit = ask.limit();
    if (limit != null && (limit < 1 || limit > LARGEST_TOP)) {
      throw Failure.of(
          Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + LARGEST_TOP);
    }
    return space
        .audience()
        .top(limit == null ? USUAL_TOP : limit)
        .compose(
            podcasts -> {
              List<Future<Listeners>> counts =
                  podcasts.keySet().stream().map(id -> space.audience().count(id)).toList();
              return Future.all(counts).map(all -> counts.stream().map(Future::result).toList());
            })
        .map(
            counts ->
                new Top(
                    counts.stream()
                        .filter(heard -> heard.listeners() > 0)
                        .sorted(Comparator.comparingLong(Listeners::listeners).reversed())
                        .toList()));
  }

  public Future<PlaybackStats> stats(ReadPlaybackStats ask) {
    PlaybackSpace space = spaces.of(ask.space());
    Positions.Counts counts = positions.counts(space.name());
    return Future.all(space.audience().top(COUNTED), space.leases().count())
        .map(
            both -> {
              Map<String, Long> top = both.resultAt(0);
              return new PlaybackStats(
                  space.name(),
                  top.values().stream().mapToLong(Long::longValue).sum(),
                  both.<Long>resultAt(1),
                  counts.received.sum(),
                  counts.written.sum(),
                  counts.dropped.sum());
            });
  }
}
