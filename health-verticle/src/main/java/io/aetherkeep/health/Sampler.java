package io.aetherkeep.health;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CacheAsks.CacheRow;
import io.aetherkeep.catalogue.CacheAsks.CacheStats;
import io.aetherkeep.catalogue.CacheAsks.ReadCacheStats;
import io.aetherkeep.catalogue.HealthAsks.ListProviders;
import io.aetherkeep.catalogue.HealthAsks.ProviderHealth;
import io.aetherkeep.catalogue.HealthAsks.ProviderList;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.RedisHealth;
import io.aetherkeep.catalogue.OverviewAsks.ProviderSample;
import io.aetherkeep.catalogue.OverviewAsks.Sample;
import io.aetherkeep.catalogue.PlaybackAsks.Listeners;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReadTop;
import io.aetherkeep.catalogue.PlaybackAsks.Top;
import io.aetherkeep.catalogue.SessionAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionAsks.SessionStats;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the verticles of this node how a space does, as anybody may, and keeps the answers. */
final class Sampler {

  private static final Duration PATIENCE = Duration.ofMillis(900);
  private static final int MOST_PODCASTS = 20;
  private static final int MOST_PROVIDERS = 50;

  private final Bus bus;
  private final Past past;
  private final InstantSource clock;

  Sampler(Bus bus, Past past, InstantSource clock) {
    this.bus = bus;
    this.past = past;
    this.clock = clock;
  }

  Future<?> sample(String space) {
    Future<@Nullable SessionStats> sessions = asked(new ReadSessionStats(space));
    Future<@Nullable PlaybackStats> playback = asked(new ReadPlaybackStats(space));
    Future<@Nullable Top> top = asked(new ReadTop(space, MOST_PODCASTS));
    Future<@Nullable ProviderList> providers = asked(new ListProviders(space, null));
    Future<@Nullable CacheStats> caches = asked(new ReadCacheStats(space));
    Future<@Nullable RedisHealth> redis = asked(new ReadRedisHealth());
    return Future.all(List.of(sessions, playback, top, providers, caches, redis))
        .onSuccess(
            all ->
                past.add(
                    space,
                    new Sample(
                        clock.instant().toString(),
                        sessions.result() == null ? null : sessions.result().live(),
                        playback.result() == null ? null : playback.result().listeners(),
                        podcasts(top.result()),
                        providers(providers.result()),
                        sum(caches.result(), row -> row.hits() + row.misses()),
                        sum(caches.result(), CacheRow::hits),
                        millis(redis.result(), space),
                        operations(redis.result(), space))));
  }

  /** Who does not answer in time is left out. */
  private <A> Future<@Nullable A> asked(Ask<A> ask) {
    return bus.ask(ask, PATIENCE).<@Nullable A>map(answer -> answer).otherwiseEmpty();
  }

  private static Map<String, Long> podcasts(@Nullable Top top) {
    return top == null
        ? Map.of()
        : top.items().stream()
            .collect(Collectors.toMap(Listeners::podcastId, Listeners::listeners));
  }

  private static Map<String, ProviderSample> providers(@Nullable ProviderList list) {
    return list == null
        ? Map.of()
        : list.items().stream()
            .limit(MOST_PROVIDERS)
            .collect(
                Collectors.toMap(
                    ProviderHealth::providerId,
                    one -> new ProviderSample(one.successRate(), one.avgLatency())));
  }

  private static @Nullable Long sum(@Nullable CacheStats stats, ToLongFunction<CacheRow> part) {
    return stats == null ? null : stats.items().stream().mapToLong(part).sum();
  }

  private static @Nullable Double millis(@Nullable RedisHealth health, String space) {
    return health == null
        ? null
        : health.spaces().stream()
            .filter(one -> one.space().equals(space) && one.latency() != null)
            .map(one -> one.latency().p50())
            .findFirst()
            .orElse(null);
  }

  private static @Nullable Long operations(@Nullable RedisHealth health, String space) {
    return health == null
        ? null
        : health.spaces().stream()
            .filter(one -> one.space().equals(space) && one.server() != null)
            .map(one -> one.server().operationsPerSecond())
            .findFirst()
            .orElse(null);
  }
}
