package io.aetherkeep.launcher;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.launcher.reload.SettingsReload;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisRelay;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.ToLongFunction;

/** Metrics registry of this node, with the metrics of its JVM. */
final class Meters implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  Meters() {
    // Both names violate Prometheus's conventions; process_cpu_usage has the same information.
    registry
        .config()
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Registers the metrics of the Redis connections. */
  void follow(RedisAccess redis) {
    FunctionCounter.builder(
            "aetherkeep_redis_master_changes", redis, source -> (double) source.masterChanges())
        .description("Changes of the Redis master that Sentinels or cluster nodes have reported")
        .register(registry);
    for (Space space : redis.spaces()) {
      Gauge.builder("aetherkeep_redis_clock_skew_seconds", () -> redis.skewMillis(space) / 1e3)
          .description("How far this node's clock is ahead of the clock of Redis")
          .tag("space", space.name())
          .register(registry);
    }
  }

  /** Registers the metrics of events relayed between nodes. */
  void follow(RedisRelay relay) {
    events(relay, "told", tally -> tally.published());
    events(relay, "lost", tally -> tally.lost());
    events(relay, "heard", tally -> tally.received());
  }

  /** Registers the metrics of settings reloads. */
  void follow(SettingsReload reload) {
    reloads(reload, "applied", SettingsReload::applied);
    reloads(reload, "refused", SettingsReload::refused);
    Gauge.builder("aetherkeep_settings_waiting", reload, source -> source.waiting())
        .description("Changed settings that wait for a restart of the node")
        .register(registry);
  }

  private void reloads(SettingsReload reload, String result, ToLongFunction<SettingsReload> count) {
    FunctionCounter.builder(
            "aetherkeep_settings_reloads", reload, source -> count.applyAsLong(source))
        .description("Readings of the settings while the node runs, by result")
        .tag("result", result)
        .register(registry);
  }

  private void events(RedisRelay relay, String what, ToLongFunction<RedisRelay.Tally> count) {
    FunctionCounter.builder(
            "aetherkeep_events_relayed", relay, source -> count.applyAsLong(source.tally()))
        .description("Events published to other nodes, lost before that, and received from others")
        .tag("result", what)
        .register(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
