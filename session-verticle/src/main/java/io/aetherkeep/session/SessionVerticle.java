package io.aetherkeep.session;

import io.aetherkeep.bus.Bus;
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
import io.aetherkeep.redis.RedisAccess;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
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
  private final AtomicBoolean swept;
  private @Nullable Folding folding;

  private SessionVerticle(
      Bus bus,
      RedisAccess redis,
      SessionSettings settings,
      InstantSource clock,
      AtomicBoolean swept) {
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
    this.swept = swept;
  }

  /** Makes the instances of one node, of which one sweeps. */
  public static Supplier<SessionVerticle> instances(
      Bus bus, RedisAccess redis, SessionSettings settings, InstantSource clock) {
    AtomicBoolean swept = new AtomicBoolean();
    return () -> new SessionVerticle(bus, redis, settings, clock, swept);
  }

  @Override
  public Future<?> start() {
    Rooms rooms = RedisRooms.of(redis, settings, clock, bus);
    Tokens tokens = new CountedTokens(vertx, settings.tokens());
    Folding fold =
        new Folding((pause, then) -> vertx.setTimer(pause.toMillis(), id -> then.run()), tokens);
    folding = fold;
    Activity activity = new Activity(settings.activityEvery(), clock, fold);
    Endings endings = new Endings(rooms, activity, bus::publish);
    Places places = new Places(clock, endings);
    Sessions sessions = new Sessions(rooms, places, activity, clock, bus::publish);
    UserSessions lists = new UserSessions(rooms, endings, activity);
    Histories histories = new Histories(rooms, tokens, fold, clock);
    sweep(rooms);
    return Future.all(
        List.of(
            bus.subscribe(
                SessionChanged.class,
                event -> rooms.tell(event.space(), store -> store.changed(event.id()))),
            bus.subscribe(
                SessionEnded.class,
                event -> rooms.tell(event.space(), store -> store.ended(event.id()))),
            bus.answer(ReadSession.class, sessions::read),
            bus.answer(OpenSession.class, sessions::open),
            bus.answer(PatchSession.class, sessions::patch),
            bus.answer(ExtendSession.class, sessions::extend),
            bus.answer(RotateSession.class, endings::rotate),
            bus.answer(EndSession.class, endings::end),
            bus.answer(ListUserSessions.class, lists::list),
            bus.answer(EndUserSessions.class, lists::endAll),
            bus.answer(ListSessions.class, lists::listAll),
            bus.answer(ReadSessionStats.class, lists::stats),
            bus.answer(AppendHistory.class, histories::append),
            bus.answer(ReadHistory.class, histories::read)));
  }

  /** One instance of a node is enough: nodes share the work by claiming it. */
  private void sweep(Rooms rooms) {
    if (swept.getAndSet(true)) {
      return;
    }
    Sweeper sweeper = new Sweeper(rooms, settings, clock, bus::publish);
    vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> sweeper.sweep());
    RedisRooms.listen(redis, rooms, sweeper, vertx.getOrCreateContext());
  }

  @Override
  public Future<?> stop() {
    return folding == null ? Future.succeededFuture() : folding.close();
  }
}
