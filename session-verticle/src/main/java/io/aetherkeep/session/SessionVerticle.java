package io.aetherkeep.session;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.HistoryAsks;
import io.aetherkeep.catalogue.ListenerAsks;
import io.aetherkeep.catalogue.PlaybackAsks;
import io.aetherkeep.catalogue.SessionAsks;
import io.aetherkeep.catalogue.SessionListAsks;
import io.aetherkeep.catalogue.TicketAsks;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.settings.SessionSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verticle that owns the keyspaces of sessions. Each instance serves all spaces on its event loop.
 */
public final class SessionVerticle extends VerticleBase {

  private final Bus bus;
  private final Function<Vertx, SessionServices> wiring;
  private @Nullable SessionServices services;

  private SessionVerticle(Bus bus, Function<Vertx, SessionServices> wiring) {
    this.bus = bus;
    this.wiring = wiring;
  }

  /** Supplies the instances of one node, of which one runs the background work. */
  public static Supplier<SessionVerticle> instances(
      Bus bus, RedisAccess redis, SessionSettings settings, InstantSource clock) {
    return instances(bus, redis, settings, clock, RedisTime.SERVER);
  }

  /** The same with another time source for scripts, for tests. */
  static Supplier<SessionVerticle> instances(
      Bus bus, RedisAccess redis, SessionSettings settings, InstantSource clock, RedisTime time) {
    SharedSessions shared = SharedSessions.of(redis, settings);
    return () ->
        new SessionVerticle(
            bus, vertx -> new SessionServices(vertx, bus, redis, settings, clock, time, shared));
  }

  @Override
  public Future<?> start() {
    SessionServices of = wiring.apply(vertx);
    services = of;
    return Future.all(
        List.of(
            bus.subscribe(SessionAsks.SessionChanged.class, of::changed),
            bus.subscribe(SessionAsks.SessionEnded.class, of::ended),
            bus.subscribe(SessionAsks.SessionExpired.class, of::expired),
            bus.answer(SessionAsks.ReadSession.class, of.reading::read),
            bus.answer(SessionAsks.OpenSession.class, of.opening::open),
            bus.answer(SessionAsks.PatchSession.class, of.changes::patch),
            bus.answer(SessionAsks.ExtendSession.class, of.changes::extend),
            bus.answer(SessionAsks.RotateSession.class, of.rotation::rotate),
            bus.answer(SessionAsks.EndSession.class, of.endings::end),
            bus.answer(SessionListAsks.ListUserSessions.class, of.users::list),
            bus.answer(SessionListAsks.EndUserSessions.class, of.users::endAll),
            bus.answer(SessionListAsks.ListSessions.class, of.search::list),
            bus.answer(SessionAsks.ReadSessionKeys.class, of.keys::read),
            bus.answer(SessionListAsks.ReadSessionStats.class, of.users::stats),
            bus.answer(HistoryAsks.AppendHistory.class, of.histories::append),
            bus.answer(HistoryAsks.ReadHistory.class, of.histories::read),
            bus.answer(HistoryAsks.FollowHistory.class, of.histories::follow),
            bus.answer(PlaybackAsks.ReportPlayback.class, of.playback::report),
            bus.answer(PlaybackAsks.ReadPlayback.class, of.playback::read),
            bus.answer(PlaybackAsks.JoinSession.class, of.connections::join),
            bus.answer(PlaybackAsks.LeaveSession.class, of.connections::leave),
            bus.answer(PlaybackAsks.KeepConnections.class, of.connections::keep),
            bus.answer(ListenerAsks.ReadListeners.class, of.listeners::count),
            bus.answer(ListenerAsks.ReadPresence.class, of.listeners::presence),
            bus.answer(ListenerAsks.ReadTop.class, of.listeners::top),
            bus.answer(PlaybackAsks.ReadPlaybackStats.class, of.listeners::stats),
            bus.answer(TicketAsks.IssueTicket.class, of.tickets::issue),
            bus.answer(TicketAsks.RedeemTicket.class, of.tickets::redeem)));
  }

  @Override
  public Future<?> stop() {
    return services == null ? Future.succeededFuture() : services.close();
  }
}
