package io.aetherkeep.router.metrics;

import java.util.Map;
import java.util.Objects;

/** Help texts of the meters in {@link VerticleMeters}. */
final class MeterHelp {

  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("aetherkeep_up", "Whether a component of this node answers: 1 or 0"),
          Map.entry("aetherkeep_cache_reads", "Reads of a cache, by whether it had the entry"),
          Map.entry("aetherkeep_cache_near_hits", "Reads that this node's memory answered"),
          Map.entry("aetherkeep_cache_near_evictions", "Copies evicted from this node's memory"),
          Map.entry(
              "aetherkeep_cache_promised_invalidations",
              "Invalidations that this node has accepted and not completed yet"),
          Map.entry("aetherkeep_cache_near_bytes", "Bytes of the copies in this node's memory"),
          Map.entry("aetherkeep_cache_stale_serves", "Expired entries that were served"),
          Map.entry("aetherkeep_cache_loads", "Loads from an origin"),
          Map.entry("aetherkeep_cache_load_failures", "Loads from an origin that failed"),
          Map.entry("aetherkeep_cache_redis_seconds", "Mean time of a read from Redis"),
          Map.entry("aetherkeep_cache_load_seconds", "Mean time of a load from an origin"),
          Map.entry("aetherkeep_cache_entries", "Entries of a cache in Redis"),
          Map.entry("aetherkeep_cache_bytes", "Bytes of a cache's entries in Redis"),
          Map.entry("aetherkeep_sessions_live", "Live sessions of a space"),
          Map.entry(
              "aetherkeep_sessions_near_reads",
              "Reads of sessions that this node's memory answered"),
          Map.entry("aetherkeep_listeners", "Sessions of a space that play something"),
          Map.entry("aetherkeep_sessions_joined", "Sessions with a socket on this node"),
          Map.entry("aetherkeep_positions", "Reports of positions, by their result"),
          Map.entry("aetherkeep_stream_appends", "Appends to streams, new or repeated"),
          Map.entry("aetherkeep_stream_appended_bytes", "Bytes that were appended to streams"),
          Map.entry("aetherkeep_stream_closes", "Streams that were closed, by the cause"),
          Map.entry("aetherkeep_stream_refusals", "Appends that were refused, by the reason"),
          Map.entry("aetherkeep_stream_subscriptions", "Subscriptions to streams"),
          Map.entry("aetherkeep_stream_wakes", "Wakes of subscriptions, by their result"),
          Map.entry("aetherkeep_streams_followed", "Streams with followers on this node"),
          Map.entry("aetherkeep_webhooks", "Webhooks of a space, enabled or disabled"),
          Map.entry("aetherkeep_webhook_backlog", "Events that wait for their delivery"),
          Map.entry("aetherkeep_webhook_dead_letters", "Events whose delivery was given up"),
          Map.entry("aetherkeep_webhook_dropped", "Events that a full outbox dropped undelivered"),
          Map.entry("aetherkeep_webhook_attempts", "Attempts to deliver, by their result"),
          Map.entry("aetherkeep_redis_commands", "Commands to a space's Redis, sent or refused"),
          Map.entry("aetherkeep_redis_waiting", "Commands that wait for their reply"),
          Map.entry(
              "aetherkeep_redis_canary_seconds",
              "Time of a write, a read and a publish through Redis, by percentile"),
          Map.entry("aetherkeep_redis_memory_bytes", "Memory that a space's Redis uses"),
          Map.entry(
              "aetherkeep_redis_memory_limit_bytes", "Memory limit of a space's Redis, 0 for none"),
          Map.entry("aetherkeep_redis_clients", "Clients that are connected to a space's Redis"),
          Map.entry("aetherkeep_redis_evicted_keys", "Keys that Redis evicted to free memory"),
          Map.entry("aetherkeep_bus_asks", "Asks on the event bus, by their outcome"),
          Map.entry(
              "aetherkeep_provider_status",
              "Status of a provider: 1 for the current one, otherwise 0"),
          Map.entry("aetherkeep_provider_success_ratio", "Ratio of calls that succeed"),
          Map.entry("aetherkeep_provider_latency_seconds", "Mean time of a provider's calls"));

  private MeterHelp() {}

  static String of(String name) {
    return Objects.requireNonNull(TEXTS.get(name), name);
  }
}
