package io.aetherkeep.cache;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisStore;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sets up the shelves of every space on this event loop's lines. */
final class RedisShelves {

  private RedisShelves() {}

  static Shelves of(RedisAccess redis, CacheNode node) {
    Map<String, Map<String, Shelf>> bySpace = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      RedisLine line = redis.line(space);
      Room room =
          new Room(
              space, new RedisTags(line, space), new RedisKeys(line, space), node.near().of(space));
      Map<String, Shelf> shelves = new LinkedHashMap<>();
      for (Keyspace<Document> keyspace : Keyspaces.CACHES) {
        shelves.put(
            keyspace.name(),
            new Shelf(
                room,
                keyspace,
                RedisStore.documents(line, space, keyspace),
                node.ledger().counts(space, keyspace)));
      }
      bySpace.put(space.name(), shelves);
    }
    return new Shelves(bySpace);
  }
}
