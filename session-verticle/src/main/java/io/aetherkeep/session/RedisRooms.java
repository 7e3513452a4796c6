package io.aetherkeep.session;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Context;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sets up the rooms of every space on this event loop's lines. */
final class RedisRooms {

  private RedisRooms() {}

  static Rooms of(RedisAccess redis, SessionSettings settings, InstantSource clock) {
    Map<String, Room> rooms = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      rooms.put(space.name(), room(redis.line(space), space, settings, clock));
    }
    return new Rooms(rooms);
  }

  private static Room room(
      RedisLine line, Space space, SessionSettings settings, InstantSource clock) {
    SessionSettings.Policy policy = settings.policy(space.name());
    return new Room(
        space,
        Names.of(space.dialect()),
        new RedisSessionKeys(space).lifetime(),
        policy,
        new RedisSessions(line, space, new RecentFacts(settings.activityEvery(), clock)),
        new RedisSessionIndex(line, space, clock),
        new RedisListing(line, space),
        new RedisPlaybacks(line, space, clock),
        new RedisAudience(line, space, clock),
        new RedisTickets(line, space),
        space.dialect() == Dialect.COUNCIL
            ? new RedisTranscripts(line, space, policy.historyMessages())
            : null);
  }

  /** Passes on what Redis says of expired keys, where it does so at all. */
  static void listen(RedisAccess redis, Rooms rooms, Sweeper sweeper, Context loop) {
    for (Space space : redis.spaces()) {
      RedisSessionKeys keys = new RedisSessionKeys(space);
      Room room = rooms.find(space.name());
      redis
          .subscriptions(space)
          .subscribe(
              "__keyevent@" + redis.database(space) + "__:expired",
              key ->
                  keys.idOf(key.toString())
                      .ifPresent(id -> loop.runOnContext(there -> sweeper.hint(room, id))));
    }
  }
}
