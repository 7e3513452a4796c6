package io.aetherkeep.router.metrics;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CacheListAsks.CacheRow;
import io.aetherkeep.catalogue.CacheListAsks.CacheStats;
import io.aetherkeep.catalogue.CacheListAsks.ReadCacheStats;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.Latency;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.RedisServerState;
import io.aetherkeep.catalogue.HealthAsks.RedisState;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackStats;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderList;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.catalogue.StreamListAsks.ReadStreamStats;
import io.aetherkeep.catalogue.StreamListAsks.StreamStats;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhookStats;
import io.aetherkeep.catalogue.WebhookAsks.WebhookStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of the verticles; each scrape asks for them on the bus. The metrics of a verticle that
 * does not answer keep their last values.
 */
final class VerticleMeters {

  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final MeterRegistry registry;
  private final Bus bus;
  private final Collection<String> spaces;
  private final Map<String, Held> values = new ConcurrentHashMap<>();

  /** A meter and its value, which the registry references only weakly. */
  private record Held(AtomicReference<Double> value, Meter meter) {}

  private VerticleMeters(MeterRegistry registry, Bus bus, Collection<String> spaces) {
    this.registry = registry;
    this.bus = bus;
    this.spaces = spaces;
  }

  static VerticleMeters in(MeterRegistry registry, Bus bus, Collection<String> spaces) {
    return new VerticleMeters(registry, bus, List.copyOf(spaces));
  }

  /** Completes when all verticles have answered or timed out. */
  Future<?> refreshed() {
    List<Future<?>> all = new ArrayList<>();
    all.add(
        asked(
            new ReadReadiness(),
            health ->
                health
                    .checks()
                    .forEach(
                        check ->
                            gauge(
                                "aetherkeep_up",
                                Tags.of("part", check.id()),
                                check.status() == HealthStatus.UP ? 1 : 0))));
    all.add(asked(new ReadRedisHealth(), health -> health.spaces().forEach(this::redis)));
    bus.traffic().forEach(this::asks);
    for (String space : spaces) {
      all.add(asked(new ReadCacheStats(space), stats -> caches(space, stats)));
      all.add(
          asked(
              new ReadSessionStats(space),
              stats -> {
                Tags tags = Tags.of("space", space);
                gauge("aetherkeep_sessions_live", tags, (double) stats.live());
                counter("aetherkeep_sessions_near_reads", tags, (double) stats.nearReads());
              }));
      all.add(asked(new ReadPlaybackStats(space), this::playback));
      all.add(asked(new ReadStreamStats(space), this::streams));
      all.add(asked(new ReadWebhookStats(space), this::webhooks));
      all.add(asked(new ListProviders(space, null), list -> providers(space, list)));
    }
    return Future.join(all).otherwiseEmpty();
  }

  private <A> Future<?> asked(Ask<A> ask, Consumer<A> taken) {
    return bus.ask(ask, PATIENCE).onSuccess(taken::accept);
  }

  private void caches(String space, CacheStats stats) {
    gauge("aetherkeep_cache_promised_invalidations", Tags.of("space", space), stats.promised());
    for (CacheRow row : stats.items()) {
      Tags tags = Tags.of("space", space, "keyspace", row.keyspace());
      counter("aetherkeep_cache_reads", tags.and("result", "hit"), (double) row.hits());
      counter("aetherkeep_cache_reads", tags.and("result", "miss"), (double) row.misses());
      counter("aetherkeep_cache_near_hits", tags, (double) row.nearHits());
      counter("aetherkeep_cache_near_evictions", tags, (double) row.evictions());
      counter("aetherkeep_cache_stale_serves", tags, (double) row.staleServes());
      counter("aetherkeep_cache_loads", tags, (double) row.loads());
      counter("aetherkeep_cache_load_failures", tags, (double) row.loadFailures());
      gauge("aetherkeep_cache_near_bytes", tags, (double) row.nearBytes());
      if (row.readMillis() != null) {
        gauge("aetherkeep_cache_redis_seconds", tags, seconds(row.readMillis()));
      }
      if (row.loadMillis() != null) {
        gauge("aetherkeep_cache_load_seconds", tags, seconds(row.loadMillis()));
      }
      if (row.entries() != null && row.bytes() != null) {
        gauge("aetherkeep_cache_entries", tags, row.entries().doubleValue());
        gauge("aetherkeep_cache_bytes", tags, row.bytes().doubleValue());
      }
    }
  }

  private void playback(PlaybackStats stats) {
    Tags tags = Tags.of("space", stats.space());
    gauge("aetherkeep_listeners", tags, (double) stats.listeners());
    gauge("aetherkeep_sessions_joined", tags, (double) stats.joined());
    counter("aetherkeep_positions", tags.and("result", "received"), (double) stats.received());
    counter("aetherkeep_positions", tags.and("result", "written"), (double) stats.written());
    counter("aetherkeep_positions", tags.and("result", "dropped"), (double) stats.dropped());
  }

  private void streams(StreamStats stats) {
    Tags tags = Tags.of("space", stats.space());
    counter("aetherkeep_stream_appends", tags.and("result", "done"), (double) stats.appends());
    counter("aetherkeep_stream_appends", tags.and("result", "repeated"), (double) stats.repeated());
    counter("aetherkeep_stream_appended_bytes", tags, (double) stats.bytes());
    stats
        .closed()
        .forEach(
            (cause, count) ->
                counter("aetherkeep_stream_closes", tags.and("cause", cause), (double) count));
    stats
        .refused()
        .forEach(
            (verdict, count) ->
                counter(
                    "aetherkeep_stream_refusals", tags.and("verdict", verdict), (double) count));
    gauge("aetherkeep_streams_followed", tags, stats.followed());
    gauge("aetherkeep_stream_subscriptions", tags, stats.subscriptions());
    stats
        .wakes()
        .forEach(
            (result, count) ->
                counter("aetherkeep_stream_wakes", tags.and("result", result), (double) count));
  }

  private void webhooks(WebhookStats stats) {
    Tags tags = Tags.of("space", stats.space());
    gauge("aetherkeep_webhooks", tags.and("state", "disabled"), (double) stats.disabled());
    gauge(
        "aetherkeep_webhooks",
        tags.and("state", "enabled"),
        (double) (stats.endpoints() - stats.disabled()));
    gauge("aetherkeep_webhook_backlog", tags, (double) stats.backlog());
    gauge("aetherkeep_webhook_dead_letters", tags, (double) stats.deadLetters());
    gauge("aetherkeep_webhook_dropped", tags, (double) stats.dropped());
    Map.of("delivered", stats.delivered(), "failed", stats.failed(), "given-up", stats.givenUp())
        .forEach(
            (result, count) ->
                counter("aetherkeep_webhook_attempts", tags.and("result", result), (double) count));
  }

  private void redis(RedisState state) {
    Tags tags = Tags.of("space", state.space());
    counter("aetherkeep_redis_commands", tags.and("result", "sent"), (double) state.sent());
    counter("aetherkeep_redis_commands", tags.and("result", "refused"), (double) state.refused());
    gauge("aetherkeep_redis_waiting", tags, (double) state.waiting());
    Latency latency = state.latency();
    if (latency != null) {
      gauge(
          "aetherkeep_redis_canary_seconds", tags.and("percentile", "50"), seconds(latency.p50()));
      gauge(
          "aetherkeep_redis_canary_seconds", tags.and("percentile", "99"), seconds(latency.p99()));
    }
    RedisServerState server = state.server();
    if (server != null) {
      gauge("aetherkeep_redis_memory_bytes", tags, (double) server.memoryUsed());
      gauge("aetherkeep_redis_memory_limit_bytes", tags, (double) server.memoryLimit());
      gauge("aetherkeep_redis_clients", tags, (double) server.clients());
      counter("aetherkeep_redis_evicted_keys", tags, (double) server.evictedKeys());
    }
  }

  private void asks(Bus.Traffic traffic) {
    Tags tags = Tags.of("ask", traffic.ask());
    counter("aetherkeep_bus_asks", tags.and("result", "answered"), (double) traffic.answered());
    counter("aetherkeep_bus_asks", tags.and("result", "failed"), (double) traffic.failed());
  }

  private void providers(String space, ProviderList list) {
    list.items().forEach(provider -> provider(space, provider));
    // While Redis is unavailable, a node lists only the providers that it has observed.
    if (list.staleSeconds() == null) {
      Set<String> listed =
          list.items().stream().map(ProviderHealth::providerId).collect(Collectors.toSet());
      values
          .keySet()
          .forEach(key -> values.computeIfPresent(key, (k, held) -> kept(held, space, listed)));
    }
  }

  /** Returns the meter, or unregisters it if its provider is no longer listed. */
  private @Nullable Held kept(Held held, String space, Set<String> listed) {
    Meter.Id id = held.meter.getId();
    String provider = id.getTag("provider");
    if (provider == null || listed.contains(provider) || !space.equals(id.getTag("space"))) {
      return held;
    }
    registry.remove(held.meter);
    return null;
  }

  private void provider(String space, ProviderHealth provider) {
    Tags tags = Tags.of("space", space, "provider", provider.providerId());
    for (Status status : Status.values()) {
      gauge(
          "aetherkeep_provider_status",
          tags.and("status", status.word()),
          provider.status() == status ? 1 : 0);
    }
    gauge("aetherkeep_provider_success_ratio", tags, provider.successRate());
    gauge("aetherkeep_provider_latency_seconds", tags, seconds(provider.avgLatency()));
  }

  private static double seconds(double millis) {
    return millis / 1000;
  }

  private void gauge(String name, Tags tags, double value) {
    set(
        name + tags,
        value,
        held ->
            Gauge.builder(name, held, AtomicReference::get)
                .description(MeterHelp.of(name))
                .tags(tags)
                .register(registry));
  }

  private void counter(String name, Tags tags, double value) {
    set(
        name + tags,
        value,
        held ->
            FunctionCounter.builder(name, held, AtomicReference::get)
                .description(MeterHelp.of(name))
                .tags(tags)
                .register(registry));
  }

  private void set(String key, double value, Function<AtomicReference<Double>, Meter> registering) {
    values
        .computeIfAbsent(
            key,
            first -> {
              AtomicReference<Double> held = new AtomicReference<>(value);
              return new Held(held, registering.apply(held));
            })
        .value
        .set(value);
  }
}
