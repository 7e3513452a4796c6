package io.aetherkeep.session;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.PlaybackAsks.IssueTicket;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.KeepConnections;
import io.aetherkeep.catalogue.PlaybackAsks.LeaveSession;
import io.aetherkeep.catalogue.PlaybackAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReadTop;
import io.aetherkeep.catalogue.PlaybackAsks.RedeemTicket;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.SessionAsks.AppendHistory;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
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
import io.aetherkeep.redis.RedisTime;
import io.aetherkeep.session.Positions.Who;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Owns the sessions' keyspaces; every instance serves all spaces on its own event loop. */
public final class SessionVerticle extends VerticleBase {

  private final Bus bus;
  private final RedisAccess redis;
  private final SessionSettings settings;
  private final InstantSource clock;
  private final RedisTime time;
  private final AtomicBoolean swept;
  private final SessionMemory memory;
  private final Positions positions;
  private Future<?> vocabulary = Future.succeededFuture();
  private @Nullable Folding folding;
  private @Nullable Reports reports;
  private List<EndedWatch> watches = List.of();

  private SessionVerticle(
      Bus bus,
      RedisAccess redis,
      SessionSettings settings,
      InstantSource clock,
      RedisTime time,
      AtomicBoolean swept,
      Positions positions,
      SessionMemory memory) {
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
    this.time = time;
    this.swept = swept;
    this.memory = memory;
    this.positions = positions;
  }

  /** Makes the instances of one node, of which one sweeps. */
  public static Supplier<SessionVerticle> instances(
      Bus bus, RedisAccess redis, SessionSettings settings, InstantSource clock) {
    return instances(bus, redis, settings, clock, RedisTime.SERVER);
  }

  /** The same with another time for the scripts, which is for tests. */
  static Supplier<SessionVerticle> instances(
      Bus bus, RedisAccess redis, SessionSettings settings, InstantSource clock, RedisTime time) {
    AtomicBoolean swept = new AtomicBoolean();
    Positions positions = new Positions();
    SessionMemory memory = SessionMemory.of(redis.spaces());
    return () -> new SessionVerticle(bus, redis, settings, clock, time, swept, positions, memory);
  }

  @Override
  public Future<?> start() {
    PerSpace<Room> rooms = RedisRooms.of(redis, settings, clock, time, bus, memory);
    CountedTokens tokens = new CountedTokens(vertx, settings.tokens());
    vocabulary = tokens.load();
    Folding fold = new Folding(this::after, tokens);
    folding = fold;
    Activity activity = new Activity(settings.activityEvery(), clock, fold);
    Listening listening =
        new Listening(
            positions, new ActiveStreams(activity, clock, bus::publish), clock, bus::publish);
    Endings endings = new Endings(rooms, listening, bus::publish);
    Rotation rotation = new Rotation(rooms, activity, endings, listening, bus::publish);
    Sessions sessions =
        new Sessions(
            rooms,
            new SessionLimit(endings),
            new OwnerChange(endings),
            activity,
            clock,
            bus::publish);
    ForeignSearch foreign = new ForeignSearch(endings, this::after);
    UserSessions lists = new UserSessions(rooms, endings, foreign, activity);
    Histories histories = new Histories(bus, rooms, tokens, fold, clock);
    PositionWriter writer = new PositionWriter(rooms, positions, clock, bus::publish);
    StreamLimit streams = new StreamLimit(listening);
    PlaybackConnections connections = new PlaybackConnections(rooms, positions, streams);
    Reports plays =
        new Reports(rooms, positions, writer, streams, listening, connections, activity, clock);
    reports = plays;
    Audiences audiences = new Audiences(rooms, positions);
    Tickets tickets = new Tickets(rooms);
    sweep(rooms, rotation, fold, foreign, listening, writer);
    return Future.all(
        List.of(
            bus.subscribe(
                SessionChanged.class,
                event ->
                    rooms.find(event.space()).ifPresent(room -> room.store().changed(event.id()))),
            bus.subscribe(
                SessionEnded.class,
                event -> {
                  rooms.find(event.space()).ifPresent(room -> room.ended(event.id()));
                  positions.forget(new Who(event.space(), event.id()));
                }),
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
            bus.answer(ReportPlayback.class, plays::report),
            bus.answer(ReadPlayback.class, plays::read),
            bus.answer(JoinSession.class, connections::join),
            bus.answer(LeaveSession.class, connections::leave),
            bus.answer(KeepConnections.class, connections::keep),
            bus.answer(ReadListeners.class, audiences::count),
            bus.answer(ReadTop.class, audiences::top),
            bus.answer(ReadPlaybackStats.class, audiences::stats),
            bus.answer(IssueTicket.class, tickets::issue),
            bus.answer(RedeemTicket.class, tickets::redeem)));
  }

  private void after(Duration pause, Runnable then) {
    vertx.setTimer(pause.toMillis(), id -> then.run());
  }

  /** One instance of a node is enough: nodes share the work by claiming it. */
  private void sweep(
      PerSpace<Room> rooms,
      Rotation rotation,
      Folding folding,
      ForeignSearch foreign,
      Listening listening,
      PositionWriter writer) {
    if (swept.getAndSet(true)) {
      return;
    }
    Sweeper sweeper = new Sweeper(rooms, rotation, folding, foreign, listening, bus::publish);
    LeaseExpiry lapses = new LeaseExpiry(rooms, listening, bus::publish);
    vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> sweeper.sweep());
    vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> lapses.sweep());
    vertx.setPeriodic(settings.positionsEvery().toMillis(), id -> writer.write());
    RedisRooms.listenToEnds(redis, memory);
    RedisRooms.listen(redis, rooms, sweeper, vertx.getOrCreateContext());
    watches = RedisRooms.watchEnded(redis, rooms, this::after, vertx.getOrCreateContext());
  }

  @Override
  public Future<?> stop() {
    return Future.join(
        vocabulary,
        folding == null ? Future.succeededFuture() : folding.close(),
        reports == null ? Future.succeededFuture() : reports.close(),
        Future.join(watches.stream().map(EndedWatch::close).toList()));
  }
}
