package io.aetherkeep.session;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.history.Histories;
import io.aetherkeep.session.history.HistoryFlush;
import io.aetherkeep.session.history.VocabularyTokenCounter;
import io.aetherkeep.session.lifecycle.ForeignSearch;
import io.aetherkeep.session.lifecycle.OwnerChange;
import io.aetherkeep.session.lifecycle.Rotation;
import io.aetherkeep.session.lifecycle.SessionChanges;
import io.aetherkeep.session.lifecycle.SessionEnd;
import io.aetherkeep.session.lifecycle.SessionLimit;
import io.aetherkeep.session.lifecycle.SessionOpening;
import io.aetherkeep.session.lifecycle.SessionReading;
import io.aetherkeep.session.lifecycle.Sweeper;
import io.aetherkeep.session.lifecycle.UserSessions;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.reports.ActiveStreams;
import io.aetherkeep.session.reports.LeaseExpiry;
import io.aetherkeep.session.reports.ListenerCounts;
import io.aetherkeep.session.reports.PlaybackConnections;
import io.aetherkeep.session.reports.PlaybackEffects;
import io.aetherkeep.session.reports.PlaybackReports;
import io.aetherkeep.session.reports.PositionWriter;
import io.aetherkeep.session.reports.Positions;
import io.aetherkeep.session.reports.Positions.Who;
import io.aetherkeep.session.reports.StreamLimit;
import io.aetherkeep.session.search.SessionKeyList;
import io.aetherkeep.session.search.SessionSearch;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.ticket.Tickets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** Services behind one session verticle, wired to the Redis connections of its event loop. */
final class SessionServices {

  final SessionOpening opening;
  final SessionReading reading;
  final SessionChanges changes;
  final SessionEnd endings;
  final Rotation rotation;
  final UserSessions users;
  final SessionSearch search;
  final SessionKeyList keys;
  final Histories histories;
  final PlaybackReports playback;
  final PlaybackConnections connections;
  final ListenerCounts listeners;
  final Tickets tickets;

  private final PerSpace<SessionSpace> spaces;
  private final Positions positions;
  private final HistoryFlush flush;
  private final SessionUpkeep upkeep;

  SessionServices(
      Vertx vertx,
      Bus bus,
      RedisAccess redis,
      SessionSettings settings,
      InstantSource clock,
      RedisTime time,
      SharedSessions shared) {
    upkeep = new SessionUpkeep(vertx, redis, settings, shared);
    spaces = SessionSpaces.of(redis, settings, clock, time, bus, shared);
    positions = shared.positions();
    PerSpace<PlaybackSpace> played = SessionSpaces.playback(redis, spaces, clock, time);

    VocabularyTokenCounter tokens = new VocabularyTokenCounter(vertx, settings.tokens());
    flush = new HistoryFlush(upkeep::after, tokens);
    histories = new Histories(bus, spaces, tokens, flush, clock);

    Activity activity = new Activity(settings.activityEvery(), clock, flush::schedule);
    ActiveStreams streams = new ActiveStreams(activity, clock, bus::publish);
    PlaybackEffects effects = new PlaybackEffects(played, positions, streams, clock, bus::publish);
    endings = new SessionEnd(spaces, effects, bus::publish);
    rotation = new Rotation(spaces, activity, endings, effects, bus::publish);
    opening =
        new SessionOpening(
            spaces, played, new SessionLimit(endings), activity, clock, bus::publish);
    reading = new SessionReading(spaces, activity);
    changes = new SessionChanges(spaces, new OwnerChange(endings), activity, clock, bus::publish);
    ForeignSearch foreign = new ForeignSearch(endings, upkeep::after);
    users = new UserSessions(spaces, endings, foreign, activity);
    search = new SessionSearch(users, played, clock);
    keys = new SessionKeyList(redis);

    PositionWriter writer = new PositionWriter(played, positions, clock, bus::publish);
    StreamLimit limit = new StreamLimit(effects);
    connections = new PlaybackConnections(played, positions, limit, effects, activity);
    playback =
        new PlaybackReports(
            played, positions, writer, limit, effects, connections, activity, clock);
    listeners = new ListenerCounts(played, positions);
    tickets = new Tickets(spaces, SessionSpaces.tickets(redis));

    upkeep.start(
        spaces,
        new Sweeper(spaces, rotation, flush, foreign, effects, bus::publish),
        new LeaseExpiry(played, effects, bus::publish),
        writer);
  }

  /** Drops the cached facts of a session that changed. */
  void changed(SessionChanged event) {
    spaces.find(event.space()).ifPresent(of -> of.store().changed(event.id()));
  }

  /** Drops what this node holds in memory of a session that ended. */
  void ended(SessionEnded event) {
    spaces.find(event.space()).ifPresent(of -> of.ended(event.id()));
    positions.forget(new Who(event.space(), event.id()));
  }

  /** Drops the pending playback position of a session that expired. */
  void expired(SessionExpired event) {
    positions.forget(new Who(event.space(), event.id()));
  }

  /** Writes pending histories and positions, and stops the background work. */
  Future<?> close() {
    return Future.join(flush.close(), playback.close(), upkeep.close());
  }
}
