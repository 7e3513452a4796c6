package io.aetherkeep.cache;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisStore;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets up the shelves of every space on this event loop's lines. */
final class RedisShelves {

  private final Vertx vertx;
  private final RedisAccess redis;
  private final CacheNode node;
  private final CacheSettings settings;

  RedisShelves(Vertx vertx, RedisAccess redis, CacheNode node, CacheSettings settings) {
    this.vertx = vertx;
    this.redis = redis;
    this.node = node;
    this.settings = settings;
  }

  Shelves with(Origins origins) {
    Map<String, Map<String, Shelf>> bySpace = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      RedisLine line = redis.line(space);
      Room room =
          new Room(
              space, new RedisTags(line, space), new RedisKeys(line, space), node.near().of(space));
      Map<String, Origin> declared = origins.of(space);
      Map<String, Shelf> shelves = new LinkedHashMap<>();
      for (Keyspace<Document> keyspace : Keyspaces.CACHES) {
        shelves.put(keyspace.name(), shelf(room, line, keyspace, declared.get(keyspace.name())));
      }
      bySpace.put(space.name(), shelves);
    }
    return new Shelves(bySpace);
  }

  /** The configurations of every space, by its name. */
  Map<String, ConfigShelf> configs(Shelves shelves, Origins origins) {
    Map<String, ConfigShelf> bySpace = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      RedisLine line = redis.line(space);
      Room room = shelves.of(space.name()).iterator().next().room();
      Origin origin = origins.of(space).get(Keyspaces.CONFIGS.name());
      bySpace.put(
          space.name(),
          new ConfigShelf(
              shelf(room, line, Keyspaces.CONFIGS, origin),
              new RedisConfigHistory(line, space),
              origins.configTable(space),
              node.seenConfigs(space)));
    }
    return bySpace;
  }

  /** A shelf on a line, filled from an origin if there is one. */
  Shelf shelf(Room room, RedisLine line, Keyspace<Document> keyspace, @Nullable Origin origin) {
    Store<Document> store = RedisStore.documents(line, room.space(), keyspace);
    CacheCounts counts = node.ledger().counts(room.space(), keyspace);
    return new Shelf(
        room,
        keyspace,
        store,
        counts,
        origin == null ? null : loading(room.space(), line, store, counts, keyspace, origin));
  }

  private Loading loading(
      Space space,
      RedisLine line,
      Store<Document> store,
      CacheCounts counts,
      Keyspace<Document> keyspace,
      Origin origin) {
    String name = space.name() + "/" + keyspace.name() + " ";
    CacheSettings.Loading rules = settings.loading();
    Claims claims = new RedisClaims(line, space, rules.staleFor());
    Breaker breaker = node.breakers().of(name);
    Loads loads =
        new Loads(origin, claims, breaker, rules, counts, store.lifetime(), space.maxValueBytes());
    return new Loading(
        name,
        loads,
        claims,
        store,
        node.flights(),
        rules,
        counts,
        millis -> vertx.timer(millis).mapEmpty());
  }
}
