package io.aetherkeep.session;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.LastKnown;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisSubscriptions.Listener;
import io.aetherkeep.redis.RedisTime;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.SessionLayout;
import io.aetherkeep.session.lifecycle.EndedWatch;
import io.aetherkeep.session.lifecycle.Sweeper;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.RedisAudience;
import io.aetherkeep.session.playback.RedisPlaybacks;
import io.aetherkeep.session.playback.RedisUserStreams;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.space.Adoption;
import io.aetherkeep.session.space.SessionMemory;
import io.aetherkeep.session.space.SessionRecords;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.RecentFacts;
import io.aetherkeep.session.store.RedisListing;
import io.aetherkeep.session.store.RedisSessionIndex;
import io.aetherkeep.session.store.RedisSessions;
import io.aetherkeep.session.store.RedisTranscripts;
import io.aetherkeep.session.store.RedisUserIndex;
import io.aetherkeep.session.store.SessionIndex;
import io.aetherkeep.session.store.SessionStore;
import io.aetherkeep.session.store.Transcripts;
import io.aetherkeep.session.store.UserIndex;
import io.aetherkeep.session.ticket.RedisTickets;
import io.aetherkeep.session.ticket.TicketStore;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Sets up the spaces of every space on this event loop's lines. */
final class SessionSpaces {

  private SessionSpaces() {}

  static PerSpace<SessionSpace> of(
      RedisAccess redis,
      SessionSettings settings,
      InstantSource clock,
      RedisTime time,
      Bus bus,
      SessionMemory memory) {
    return PerSpace.each(
        redis.spaces(), space -> sessions(redis, space, settings, clock, time, bus, memory));
  }

  private static SessionSpace sessions(
      RedisAccess redis,
      Space space,
      SessionSettings settings,
      InstantSource clock,
      RedisTime time,
      Bus bus,
      SessionMemory memory) {
    RedisLine line = redis.line(space);
    String ends = new RedisSessionKeys(space).ends(redis.database(space));
    SessionSettings.Policy policy = settings.policy(space.name());
    Duration lifetime = new RedisSessionKeys(space).lifetime();
    SessionStore store =
        new RedisSessions(
            line, space, ends, new RecentFacts(settings.activityEvery(), clock), time);
    SessionIndex index = new RedisSessionIndex(line, space, time);
    UserIndex users = new RedisUserIndex(line, space, time);
    Duration remembered = settings.endedRemembered(space.name(), lifetime);
    Transcripts transcripts =
        space.dialect() == Dialect.COUNCIL ? new RedisTranscripts(line, space, policy) : null;
    return new SessionSpace(
        space,
        new SessionLayout(space, policy.history()),
        lifetime,
        remembered,
        policy,
        store,
        index,
        users,
        new Adoption(store, index, users, remembered),
        new RedisListing(line, space),
        transcripts,
        policy.recorded()
            ? new SessionRecords(bus, space, lifetime, store, index, users, transcripts, clock)
            : null,
        memory.of(space.name()));
  }

  static PerSpace<PlaybackSpace> playback(
      RedisAccess redis, PerSpace<SessionSpace> sessions, InstantSource clock, RedisTime time) {
    return PerSpace.each(
        redis.spaces(),
        space -> {
          RedisLine line = redis.line(space);
          return new PlaybackSpace(
              sessions.of(space.name()),
              new RedisPlaybacks(line, space, clock, time),
              new RedisUserStreams(line, space, time),
              new RedisAudience(line, space, time));
        });
  }

  static PerSpace<TicketStore> tickets(RedisAccess redis) {
    return PerSpace.each(redis.spaces(), space -> new RedisTickets(redis.line(space), space));
  }

  /** Hears which sessions other nodes end. While it cannot, nothing from before is trusted. */
  static void listenToEnds(RedisAccess redis, SessionMemory memory) {
    for (Space space : redis.spaces()) {
      LastKnown<Session> known = memory.of(space.name());
      redis
          .subscriptions(space)
          .subscribe(
              new RedisSessionKeys(space).ends(redis.database(space)),
              new Listener() {
                @Override
                public void message(Buffer id) {
                  known.forget(id.toString());
                }

                @Override
                public void missed() {
                  known.clear();
                }
              });
    }
  }

  /**
   * Has what comes back of ended sessions removed at once, on every space's Redis that can tell.
   */
  static List<EndedWatch> watchEnded(
      RedisAccess redis,
      PerSpace<SessionSpace> spaces,
      BiConsumer<Duration, Runnable> timer,
      Context loop) {
    List<EndedWatch> watches = new ArrayList<>();
    for (Space space : redis.spaces()) {
      EndedWatch watch = new EndedWatch(spaces.of(space.name()), timer);
      watch.open(redis.watching(space, watch));
      redis
          .subscriptions(space)
          .subscribe(
              new RedisSessionKeys(space).ends(redis.database(space)),
              new Listener() {
                @Override
                public void message(Buffer id) {
                  loop.runOnContext(there -> watch.ended(id.toString()));
                }

                @Override
                public void missed() {
                  loop.runOnContext(there -> watch.missed());
                }
              })
          .onSuccess(heard -> loop.runOnContext(there -> watch.missed()));
      watches.add(watch);
    }
    return watches;
  }

  /** Passes on what Redis says of expired keys, where it does so at all. */
  static void listen(
      RedisAccess redis, PerSpace<SessionSpace> spaces, Sweeper sweeper, Context loop) {
    for (Space space : redis.spaces()) {
      RedisSessionKeys keys = new RedisSessionKeys(space);
      SessionSpace sessions = spaces.of(space.name());
      redis
          .subscriptions(space)
          .subscribe(
              "__keyevent@" + redis.database(space) + "__:expired",
              key ->
                  keys.idOf(key.toString())
                      .ifPresent(id -> loop.runOnContext(there -> sweeper.hint(sessions, id))));
    }
  }
}
