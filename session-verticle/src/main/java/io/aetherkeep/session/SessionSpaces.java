package io.aetherkeep.session;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.SessionLayout;
import io.aetherkeep.session.playback.PlaybackLeases;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.RedisAudience;
import io.aetherkeep.session.playback.RedisPlaybackLeases;
import io.aetherkeep.session.playback.RedisPlaybacks;
import io.aetherkeep.session.playback.RedisUserStreams;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.space.Adoption;
import io.aetherkeep.session.space.NearSessions;
import io.aetherkeep.session.space.SessionRecords;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.FactsCache;
import io.aetherkeep.session.store.HistoryStore;
import io.aetherkeep.session.store.RedisClusterHistories;
import io.aetherkeep.session.store.RedisHistories;
import io.aetherkeep.session.store.RedisListing;
import io.aetherkeep.session.store.RedisSessionIndex;
import io.aetherkeep.session.store.RedisSessions;
import io.aetherkeep.session.store.RedisUserIndex;
import io.aetherkeep.session.store.SessionIndex;
import io.aetherkeep.session.store.SessionStore;
import io.aetherkeep.session.store.UserIndex;
import io.aetherkeep.session.ticket.RedisTickets;
import io.aetherkeep.session.ticket.TicketStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Factory of each space's session stores, on the Redis connections of one event loop. */
final class SessionSpaces {

  private SessionSpaces() {}

  static PerSpace<SessionSpace> of(
      RedisAccess redis,
      SessionSettings settings,
      InstantSource clock,
      RedisTime time,
      Bus bus,
      SharedSessions shared) {
    return PerSpace.each(
        redis.spaces(), space -> sessions(redis, space, settings, clock, time, bus, shared));
  }

  private static SessionSpace sessions(
      RedisAccess redis,
      Space space,
      SessionSettings settings,
      InstantSource clock,
      RedisTime time,
      Bus bus,
      SharedSessions shared) {
    NearSessions near = shared.near().of(space.name());
    RedisLine line = redis.line(space);
    String ends = new RedisSessionKeys(space).ends(redis.database(space));
    SessionSettings.Policy policy = settings.policy(space.name());
    Supplier<Duration> lifetime = new RedisSessionKeys(space)::lifetime;
    SessionStore store =
        new RedisSessions(
            line, space, ends, new FactsCache(settings.activityEvery(), clock, near::forget), time);
    SessionIndex index = new RedisSessionIndex(line, space, time);
    UserIndex users = new RedisUserIndex(line, space, time);
    Supplier<Duration> remembered = () -> settings.endedRemembered(space.name(), lifetime.get());
    HistoryStore transcripts =
        space.dialect() != Dialect.COUNCIL
            ? null
            : line.isCluster()
                ? new RedisClusterHistories(line, space, policy)
                : new RedisHistories(line, space, policy);
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
        shared.memory().of(space.name()),
        near);
  }

  static PerSpace<PlaybackSpace> playback(
      RedisAccess redis, PerSpace<SessionSpace> sessions, InstantSource clock, RedisTime time) {
    return PerSpace.each(
        redis.spaces(),
        space -> {
          RedisLine line = redis.line(space);
          PlaybackLeases leases = new RedisPlaybackLeases(line, space, time);
          return new PlaybackSpace(
              sessions.of(space.name()),
              new RedisPlaybacks(line, space, clock, time, leases),
              leases,
              new RedisUserStreams(line, space, time),
              new RedisAudience(line, space, time));
        });
  }

  static PerSpace<TicketStore> tickets(RedisAccess redis) {
    return PerSpace.each(redis.spaces(), space -> new RedisTickets(redis.line(space), space));
  }
}
