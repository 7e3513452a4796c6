package io.aetherkeep.status;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.StatusAsks.StatusHeard;
import io.aetherkeep.catalogue.StatusAsks.StatusesMissed;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisSubscriptions.Listener;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sets up the rooms of every space on this event loop's lines, and hears what changes. */
final class RedisStatusRooms {

  private RedisStatusRooms() {}

  static Rooms of(RedisAccess redis, StatusSettings settings, InstantSource clock) {
    Map<String, Room> rooms = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      Book book = new RedisBook(redis.line(space), space, redis.database(space), settings, clock);
      rooms.put(
          space.name(),
          new Room(
              space,
              book,
              book::look,
              new Views(space.name(), new Estimates(book, clock), clock),
              new Recent()));
    }
    return new Rooms(rooms);
  }

  /** Passes on to every event loop what is published, whichever node wrote it. */
  static void listen(RedisAccess redis, Bus bus) {
    for (Space space : redis.spaces()) {
      String name = space.name();
      redis
          .subscriptions(space)
          .subscribe(
              RedisStatusKeys.channel(space, redis.database(space)),
              new Listener() {
                @Override
                public void message(Buffer body) {
                  bus.signal(new StatusHeard(RedisFeed.heard(name, body)));
                }

                @Override
                public void missed() {
                  bus.signal(new StatusesMissed(name));
                }
              });
    }
  }
}
