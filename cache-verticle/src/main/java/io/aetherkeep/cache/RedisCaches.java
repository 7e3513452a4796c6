package io.aetherkeep.cache;

import io.aetherkeep.cache.config.ConfigCache;
import io.aetherkeep.cache.config.RedisConfigHistory;
import io.aetherkeep.cache.entries.Cache;
import io.aetherkeep.cache.entries.CacheSpace;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.entries.Records;
import io.aetherkeep.cache.index.RedisInvalidationNotice;
import io.aetherkeep.cache.index.RedisTags;
import io.aetherkeep.cache.loading.Claims;
import io.aetherkeep.cache.loading.LoadExecutor;
import io.aetherkeep.cache.loading.ReadThrough;
import io.aetherkeep.cache.loading.RedisClaims;
import io.aetherkeep.cache.loading.RedisKeyScan;
import io.aetherkeep.cache.loading.RedisStaleCopies;
import io.aetherkeep.cache.loading.StaleWatch;
import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.cache.origin.Breaker;
import io.aetherkeep.cache.origin.Origin;
import io.aetherkeep.cache.origin.OriginReads;
import io.aetherkeep.cache.origin.Origins;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.store.RedisStore;
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

/** Builder of the caches of every space, on this event loop's connections to Redis. */
final class RedisCaches {

  private final Vertx vertx;
  private final RedisAccess redis;
  private final CacheNode node;
  private final CacheSettings settings;

  RedisCaches(Vertx vertx, RedisAccess redis, CacheNode node, CacheSettings settings) {
    this.vertx = vertx;
    this.redis = redis;
    this.node = node;
    this.settings = settings;
  }

  Caches with(Origins origins) {
    Map<String, CacheSpace> all = new LinkedHashMap<>();
    Map<String, Map<String, Cache>> bySpace = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      RedisLine line = redis.line(space);
      CacheSpace shared = shared(space);
      Map<String, Origin> declared = origins.of(space);
      Map<String, Cache> caches = new LinkedHashMap<>();
      for (Keyspace<Document> keyspace : Keyspaces.caches(space)) {
        caches.put(keyspace.name(), cache(shared, line, keyspace, declared.get(keyspace.name())));
      }
      all.put(space.name(), shared);
      bySpace.put(space.name(), caches);
    }
    return new Caches(all, bySpace);
  }

  private CacheSpace shared(Space space) {
    RedisLine line = redis.line(space);
    return new CacheSpace(
        space,
        new RedisTags(line, space),
        new RedisKeyScan(line, space),
        node.near().of(space),
        RedisStore.documents(line, space, Keyspaces.INVALIDATIONS),
        new RedisInvalidationNotice(line));
  }

  /** The configuration caches, by space. */
  Map<String, ConfigCache> configs(Caches caches, Origins origins) {
    Map<String, ConfigCache> bySpace = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      RedisLine line = redis.line(space);
      Origin origin = origins.of(space).get(Keyspaces.CONFIGS.name());
      bySpace.put(
          space.name(),
          new ConfigCache(
              cache(caches.space(space.name()), line, Keyspaces.CONFIGS, origin),
              new RedisConfigHistory(line, space),
              origins.configTable(space),
              node.configs(space)));
    }
    return bySpace;
  }

  /** Creates the watch that drops outdated stale copies of a space. */
  StaleWatch staleWatch(
      Space space, Collection<Cache> caches, @Nullable ConfigCache configurations) {
    List<Keyspace<?>> loaded = new ArrayList<>();
    caches.stream()
        .filter(cache -> cache.loading() != null)
        .forEach(cache -> loaded.add(cache.keyspace()));
    if (configurations != null && configurations.cache().loading() != null) {
      loaded.add(configurations.cache().keyspace());
    }
    return new StaleWatch(new RedisStaleCopies(redis.line(space), space), loaded);
  }

  /**
   * Creates the reads of the origins, by space and keyspace. They bypass the cached entries; only
   * records for other verticles are cached, briefly.
   */
  OriginReads reads(Caches caches, Map<String, ConfigCache> configs, Origins origins) {
    Map<String, Map<String, Function<List<String>, Future<Loaded>>>> bySpace = new HashMap<>();
    for (Space space : redis.spaces()) {
      Map<String, Function<List<String>, Future<Loaded>>> reads = new HashMap<>();
      origins
          .of(space)
          .forEach(
              (name, origin) ->
                  reads.put(name, records(space, keyspace(space, name), origin)::find));
      List<Cache> own = new ArrayList<>(caches.of(space.name()));
      Optional.ofNullable(configs.get(space.name())).map(ConfigCache::cache).ifPresent(own::add);
      for (Cache cache : own) {
        ReadThrough loading = cache.loading();
        if (loading != null) {
          reads.put(cache.keyspace().name(), ids -> loading.ask(cache.key(ids)));
        }
      }
      bySpace.put(space.name(), reads);
    }
    return new OriginReads(bySpace);
  }

  private static Keyspace<?> keyspace(Space space, String name) {
    return Keyspaces.of(space).stream()
        .filter(keyspace -> keyspace.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Records records(Space space, Keyspace<?> keyspace, Origin origin) {
    RedisLine line = redis.line(space);
    Store<Document> store = RedisStore.documents(line, space, Keyspaces.RECORDS);
    CacheCounts counts = node.counters().counts(space, Keyspaces.RECORDS);
    // No stale copies: readers of a record must never get an outdated one.
    Claims claims = new RedisClaims(line, space, false);
    return new Records(
        keyspace, store, loading(space, claims, store, counts, keyspace.name(), origin));
  }

  /** Creates a cache on a connection, filled from an origin if one is given. */
  Cache cache(
      CacheSpace space, RedisLine line, Keyspace<Document> keyspace, @Nullable Origin origin) {
    Duration stale = origin == null ? Duration.ZERO : settings.loading().staleFor();
    Store<Document> store =
        RedisStore.documents(line, space.definition(), keyspace, Keyspaces.DERIVED, stale);
    CacheCounts counts = node.counters().counts(space.definition(), keyspace);
    return new Cache(
        space,
        keyspace,
        store,
        counts,
        origin == null
            ? null
            : loading(
                space.definition(),
                new RedisClaims(line, space.definition(), !stale.isZero()),
                store,
                counts,
                keyspace.name(),
                origin),
        stale);
  }

  private ReadThrough loading(
      Space space,
      Claims claims,
      Store<Document> store,
      CacheCounts counts,
      String keyspace,
      Origin origin) {
    String what = space.name() + "/" + keyspace;
    String name = what + " ";
    Breaker breaker = node.breakers().of(name);
    LoadExecutor loads =
        new LoadExecutor(
            new LoadExecutor.Rules(what, settings::loading, store::lifetime, space.maxValueBytes()),
            origin,
            claims,
            breaker,
            counts,
            node.near().of(space),
            node.originLog());
    return new ReadThrough(
        name,
        loads,
        claims,
        store,
        node.flights(),
        settings::loading,
        counts,
        millis -> vertx.timer(millis).mapEmpty());
  }
}
