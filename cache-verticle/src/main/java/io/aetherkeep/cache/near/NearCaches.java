package io.aetherkeep.cache.near;

import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.NearSettings;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Near caches of a JVM, one for each space; they share one memory. */
public final class NearCaches {

  private final CacheSettings.Near settings;
  private final NearMemory memory;
  private final Map<String, NearCache> bySpace = new ConcurrentHashMap<>();
  private final AtomicBoolean opened = new AtomicBoolean();

  public NearCaches(CacheSettings.Near settings) {
    this.settings = settings;
    this.memory = new NearMemory(settings.size());
  }

  public NearCache of(Space space) {
    return bySpace.computeIfAbsent(space.name(), first -> create(space));
  }

  private NearCache create(Space space) {
    return new NearCache(
        memory,
        new NearSettings(
            space.prefix(),
            settings.size() / 8,
            settings.blindTtl(),
            settings.outage(),
            settings.recheck()));
  }

  /** Returns true to the first caller only, which must subscribe to changes. */
  public boolean isOpener() {
    return !opened.getAndSet(true);
  }

  /** Subscribes to changes on the calling event loop. */
  public Future<List<RedisTracking>> open(RedisAccess redis) {
    List<RedisTracking> trackings = new ArrayList<>();
    for (Space space : redis.spaces()) {
      trackings.add(redis.tracking(space, beginnings(space), of(space)));
    }
    return Future.all(trackings.stream().map(RedisTracking::open).toList()).map(trackings);
  }

  /** Key prefixes to track. Redis refuses a prefix that begins with another. */
  private static List<String> beginnings(Space space) {
    List<String> all =
        Stream.concat(Keyspaces.caches(space).stream(), Stream.of(Keyspaces.CONFIGS))
            .map(Keyspace::pattern)
            .map(pattern -> pattern.beginning())
            .distinct()
            .toList();
    return all.stream()
        .filter(one -> all.stream().noneMatch(other -> !one.equals(other) && one.startsWith(other)))
        .toList();
  }
}
