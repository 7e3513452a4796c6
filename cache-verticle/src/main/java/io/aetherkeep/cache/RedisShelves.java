package io.aetherkeep.cache;

import io.aetherkeep.cache.config.ConfigShelf;
import io.aetherkeep.cache.config.RedisConfigHistory;
import io.aetherkeep.cache.entries.Records;
import io.aetherkeep.cache.entries.Room;
import io.aetherkeep.cache.entries.Shelf;
import io.aetherkeep.cache.entries.Shelves;
import io.aetherkeep.cache.index.RedisTags;
import io.aetherkeep.cache.loading.Claims;
import io.aetherkeep.cache.loading.Loading;
import io.aetherkeep.cache.loading.Loads;
import io.aetherkeep.cache.loading.RedisClaims;
import io.aetherkeep.cache.loading.RedisKeys;
import io.aetherkeep.cache.loading.RedisStaleCopies;
import io.aetherkeep.cache.loading.StaleWatch;
import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.cache.origin.Breaker;
import io.aetherkeep.cache.origin.Origin;
import io.aetherkeep.cache.origin.OriginReads;
import io.aetherkeep.cache.origin.Origins;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.CacheAsks.Loaded;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
              space,
              new RedisTags(line, space),
              new RedisKeys(line, space),
              node.near().of(space),
              RedisStore.documents(line, space, Keyspaces.INVALIDATIONS));
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
              node.configs(space)));
    }
    return bySpace;
  }

  /** What keeps the stale copies of a space true to their entries. */
  StaleWatch staleWatch(
      Space space, Collection<Shelf> shelves, @Nullable ConfigShelf configurations) {
    List<Keyspace<?>> loaded = new ArrayList<>();
    shelves.stream()
        .filter(shelf -> shelf.loading() != null)
        .forEach(shelf -> loaded.add(shelf.keyspace()));
    if (configurations != null && configurations.shelf().loading() != null) {
      loaded.add(configurations.shelf().keyspace());
    }
    return new StaleWatch(new RedisStaleCopies(redis.line(space), space), loaded);
  }

  /** What is asked of origins and not of caches, by space and keyspace. */
  OriginReads reads(Shelves shelves, Map<String, ConfigShelf> configs, Origins origins) {
    Map<String, Map<String, Function<List<String>, Future<Loaded>>>> bySpace = new HashMap<>();
    for (Space space : redis.spaces()) {
      Map<String, Function<List<String>, Future<Loaded>>> reads = new HashMap<>();
      origins
          .of(space)
          .forEach((name, origin) -> reads.put(name, records(space, keyspace(name), origin)::find));
      List<Shelf> own = new ArrayList<>(shelves.of(space.name()));
      Optional.ofNullable(configs.get(space.name())).map(ConfigShelf::shelf).ifPresent(own::add);
      for (Shelf shelf : own) {
        Loading loading = shelf.loading();
        if (loading != null) {
          reads.put(shelf.keyspace().name(), ids -> loading.ask(shelf.key(ids)));
        }
      }
      bySpace.put(space.name(), reads);
    }
    return new OriginReads(bySpace);
  }

  private static Keyspace<?> keyspace(String name) {
    return Keyspaces.ALL.stream()
        .filter(keyspace -> keyspace.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Records records(Space space, Keyspace<?> keyspace, Origin origin) {
    RedisLine line = redis.line(space);
    Store<Document> store = RedisStore.documents(line, space, Keyspaces.RECORDS);
    CacheCounts counts = node.ledger().counts(space, Keyspaces.RECORDS);
    // No stale copies: what it was once is worth nothing to those who ask for it.
    Claims claims = new RedisClaims(line, space, false);
    return new Records(
        keyspace, store, loading(space, claims, store, counts, keyspace.name(), origin));
  }

  /** A shelf on a line, filled from an origin if there is one. */
  Shelf shelf(Room room, RedisLine line, Keyspace<Document> keyspace, @Nullable Origin origin) {
    Duration stale = origin == null ? Duration.ZERO : settings.loading().staleFor();
    Store<Document> store =
        RedisStore.documents(line, room.space(), keyspace, Keyspaces.DERIVED, stale);
    CacheCounts counts = node.ledger().counts(room.space(), keyspace);
    return new Shelf(
        room,
        keyspace,
        store,
        counts,
        origin == null
            ? null
            : loading(
                room.space(),
                new RedisClaims(line, room.space(), !stale.isZero()),
                store,
                counts,
                keyspace.name(),
                origin),
        stale);
  }

  private Loading loading(
      Space space,
      Claims claims,
      Store<Document> store,
      CacheCounts counts,
      String keyspace,
      Origin origin) {
    String what = space.name() + "/" + keyspace;
    String name = what + " ";
    CacheSettings.Loading rules = settings.loading();
    Breaker breaker = node.breakers().of(name);
    Loads loads =
        new Loads(
            what,
            origin,
            claims,
            breaker,
            rules,
            counts,
            node.near().of(space),
            store.lifetime(),
            space.maxValueBytes(),
            node.originLog());
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
