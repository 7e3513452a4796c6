package io.aetherkeep.session;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.PlaybackAsks.IssueTicket;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.PlaybackAsks.LeaveSession;
import io.aetherkeep.catalogue.PlaybackAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPresence;
import io.aetherkeep.catalogue.PlaybackAsks.ReadTop;
import io.aetherkeep.catalogue.PlaybackAsks.RedeemTicket;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.SessionAsks.AppendHistory;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.FollowHistory;
import io.aetherkeep.catalogue.SessionAsks.ListSessions;
import io.aetherkeep.catalogue.SessionAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadHistory;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.history.CountedTokens;
import io.aetherkeep.session.history.Histories;
import io.aetherkeep.session.history.HistoryFlush;
import io.aetherkeep.session.lifecycle.ForeignSearch;
import io.aetherkeep.session.lifecycle.OwnerChange;
import io.aetherkeep.session.lifecycle.Rotation;
import io.aetherkeep.session.lifecycle.SessionEnd;
import io.aetherkeep.session.lifecycle.SessionLimit;
import io.aetherkeep.session.lifecycle.Sessions;
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
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.ticket.Tickets;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verticle that owns the keyspaces of sessions. Each instance serves all spaces on its event loop.
 */
public final class SessionVerticle extends VerticleBase {

  private final Bus bus;
  private final RedisAccess redis;
  private final SessionSettings settings;
  private final InstantSource clock;
  private final RedisTime time;
  private final SharedSessions shared;
  private @Nullable HistoryFlush flush;
  private @Nullable PlaybackReports reports;
  private @Nullable SessionUpkeep upkeep;

  private SessionVerticle(
      Bus bus,
      RedisAccess redis,
      SessionSettings settings,
      InstantSource clock,
      RedisTime time,
      SharedSessions shared) {
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
    this.time = time;
    this.shared = shared;
  }

  /** Supplies the instances of one node, of which one runs the background work. */
  public static Supplier<SessionVerticle> instances(
      Bus bus, RedisAccess redis, SessionSettings settings, InstantSource clock) {
    return instances(bus, redis, settings, clock, RedisTime.SERVER);
  }

  /** The same with another time source for scripts, for tests. */
  static Supplier<SessionVerticle> instances(
      Bus bus, RedisAccess redis, SessionSettings settings, InstantSource clock, RedisTime time) {
    SharedSessions shared = SharedSessions.of(redis);
    return () -> new SessionVerticle(bus, redis, settings, clock, time, shared);
  }

  @Override
  public Future<?> start() {
    SessionUpkeep background = new SessionUpkeep(vertx, redis, settings, shared);
    upkeep = background;
    Positions positions = shared.positions();
    PerSpace<SessionSpace> spaces =
        SessionSpaces.of(redis, settings, clock, time, bus, shared.memory());
    PerSpace<PlaybackSpace> playback = SessionSpaces.playback(redis, spaces, clock, time);
    CountedTokens tokens = new CountedTokens(vertx, settings.tokens());
    HistoryFlush historyFlush = new HistoryFlush(background::after, tokens);
    flush = historyFlush;
    Activity activity = new Activity(settings.activityEvery(), clock, historyFlush::schedule);
    PlaybackEffects effects =
        new PlaybackEffects(
            playback,
            positions,
            new ActiveStreams(activity, clock, bus::publish),
            clock,
            bus::publish);
    SessionEnd endings = new SessionEnd(spaces, effects, bus::publish);
    Rotation rotation = new Rotation(spaces, activity, endings, effects, bus::publish);
    Sessions sessions =
        new Sessions(
            spaces,
            playback,
            new SessionLimit(endings),
            new OwnerChange(endings),
            activity,
            clock,
            bus::publish);
    ForeignSearch foreign = new ForeignSearch(endings, background::after);
    UserSessions lists = new UserSessions(spaces, endings, foreign, activity);
    Histories histories = new Histories(bus, spaces, tokens, historyFlush, clock);
    PositionWriter writer = new PositionWriter(playback, positions, clock, bus::publish);
    StreamLimit streams = new StreamLimit(effects);
    PlaybackConnections connections =
        new PlaybackConnections(playback, positions, streams, effects);
    PlaybackReports plays =
        new PlaybackReports(
            playback, positions, writer, streams, effects, connections, activity, clock);
    reports = plays;
    ListenerCounts audiences = new ListenerCounts(playback, positions);
    Tickets tickets = new Tickets(spaces, SessionSpaces.tickets(redis));
    background.start(
        spaces,
        new Sweeper(spaces, rotation, historyFlush, foreign, effects, bus::publish),
        new LeaseExpiry(playback, effects, bus::publish),
        writer);
    return Future.all(
        List.of(
            bus.subscribe(SessionChanged.class, changed -> invalidate(spaces, changed)),
            bus.subscribe(SessionEnded.class, ended -> invalidate(spaces, ended)),
            bus.subscribe(
                SessionExpired.class,
                event -> positions.forget(new Who(event.space(), event.id()))),
            bus.answer(ReadSession.class, sessions::read),
            bus.answer(OpenSession.class, sessions::open),
            bus.answer(PatchSession.class, sessions::patch),
            bus.answer(ExtendSession.class, sessions::extend),
            bus.answer(RotateSession.class, rotation::rotate),
            bus.answer(EndSession.class, endings::end),
            bus.answer(ListUserSessions.class, lists::list),
            bus.answer(EndUserSessions.class, lists::endAll),
            bus.answer(ListSessions.class, lists::listAll),
            bus.answer(ReadSessionStats.class, lists::stats),
            bus.answer(AppendHistory.class, histories::append),
            bus.answer(ReadHistory.class, histories::read),
            bus.answer(FollowHistory.class, histories::follow),
            bus.answer(ReportPlayback.class, plays::report),
            bus.answer(ReadPlayback.class, plays::read),
            bus.answer(JoinSession.class, connections::join),
            bus.answer(LeaveSession.class, connections::leave),
            bus.answer(KeepConnections.class, connections::keep),
            bus.answer(ReadListeners.class, audiences::count),
            bus.answer(ReadPresence.class, audiences::presence),
            bus.answer(ReadTop.class, audiences::top),
            bus.answer(ReadPlaybackStats.class, audiences::stats),
            bus.answer(IssueTicket.class, tickets::issue),
            bus.answer(RedeemTicket.class, tickets::redeem)));
  }

  private static void invalidate(PerSpace<SessionSpace> spaces, SessionChanged event) {
    spaces.find(event.space()).ifPresent(of -> of.store().changed(event.id()));
  }

  private void invalidate(PerSpace<SessionSpace> spaces, SessionEnded event) {
    spaces.find(event.space()).ifPresent(of -> of.ended(event.id()));
    shared.positions().forget(new Who(event.space(), event.id()));
  }

  @Override
  public Future<?> stop() {
    return Future.join(
        flush == null ? Future.succeededFuture() : flush.close(),
        reports == null ? Future.succeededFuture() : reports.close(),
        upkeep == null ? Future.succeededFuture() : upkeep.close());
  }
}
