package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events of the health verticle. */
public final class HealthAsks {

  private HealthAsks() {}

  /** Whether clients should call a provider. */
  public enum Status {
    HEALTHY,
    /** Prefer another provider. */
    DEGRADED,
    /** Do not call it. */
    DISABLED;

    /** The word that is stored in Redis. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads a provider's health; fails with {@code provider-unknown}. */
  public record ReadProvider(String space, String id) implements Ask<ProviderHealth> {
    public ReadProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * A provider's health record, with the measurements behind it.
   *
   * @param successRate 0 to 1, over the last 15 minutes
   * @param avgLatency average of the last 100 answers, in ms
   * @param lastFailure time of the last failure
   * @param lastError error of the last failure
   * @param requests outcomes reported in the last 15 minutes
   * @param p50Latency median of the last 100 answers, in ms: a reported value; null if none was
   *     reported
   * @param reason why it has this status
   * @param byHand whether an operator set the status, here or by writing the record
   * @param until when the status is evaluated again by itself
   * @param trial whether it gets some requests to prove that it has recovered
   * @param staleSeconds age of the last reading from Redis while Redis is unavailable: the record
   *     is then one node's own view; usually null
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ProviderHealth(
      String providerId,
      Status status,
      double successRate,
      double avgLatency,
      @Nullable String lastFailure,
      @Nullable String lastError,
      long requests,
      long consecutiveFailures,
      @Nullable Long p50Latency,
      @Nullable Long p95Latency,
      @Nullable Long p99Latency,
      @Nullable String group,
      @Nullable String reason,
      boolean byHand,
      @Nullable String until,
      boolean trial,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long staleSeconds) {

    /** The same record with 0 as its age if it is stale. */
    public ProviderHealth withoutAge() {
      return staleSeconds == null || staleSeconds == 0
          ? this
          : new ProviderHealth(
              providerId,
              status,
              successRate,
              avgLatency,
              lastFailure,
              lastError,
              requests,
              consecutiveFailures,
              p50Latency,
              p95Latency,
              p99Latency,
              group,
              reason,
              byHand,
              until,
              trial,
              0L);
    }
  }

  /** Lists providers, best first; only those of a group if one is given. */
  public record ListProviders(String space, @Nullable String group) implements Ask<ProviderList> {
    public ListProviders {
      Objects.requireNonNull(space, "space");
    }
  }

  /** Providers, best first. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ProviderList(List<ProviderHealth> items, @Nullable String next) {

    /** The highest age of its records if Redis is unavailable, else null. */
    public @Nullable Long staleSeconds() {
      return items.stream()
          .map(ProviderHealth::staleSeconds)
          .filter(Objects::nonNull)
          .max(Long::compare)
          .orElse(null);
    }

    public ProviderList {
      items = List.copyOf(items);
    }

    /** The same list with 0 as the age of each stale record. */
    public ProviderList withoutAge() {
      return new ProviderList(items.stream().map(ProviderHealth::withoutAge).toList(), next);
    }
  }

  /** Overwrites a provider's record. */
  public record WriteProvider(
      String space,
      String id,
      Status status,
      @Nullable Double successRate,
      @Nullable Double avgLatency,
      @Nullable String lastFailure)
      implements Ask<ProviderHealth> {
    public WriteProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(status, "status");
    }
  }

  /**
   * Reports outcomes of calls to a provider, earliest first. While Redis is unavailable, the node
   * buffers them and answers its own view, marked stale.
   */
  public record ReportOutcomes(String space, String id, List<Outcome> outcomes)
      implements Ask<ProviderHealth> {
    public ReportOutcomes {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(outcomes, "outcomes");
      if (outcomes.stream().anyMatch(Objects::isNull)) {
        throw Failure.of(Code.INVALID_BODY, "An outcome is null");
      }
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * Outcome of one call.
   *
   * @param error short text, stored as the last error
   * @param ttftMs time to the first token, whose 95th percentile is the hedging delay
   * @param tokens tokens that the call used
   * @param retryAfterSeconds the provider's {@code Retry-After}
   * @param kind why it failed
   * @param lease the lease under which it was called, whose estimate the tokens replace
   */
  public record Outcome(
      Boolean success,
      @Nullable Long latencyMs,
      @Nullable String error,
      @Nullable Long ttftMs,
      @Nullable Long tokens,
      @Nullable Long retryAfterSeconds,
      @Nullable OutcomeKind kind,
      @Nullable String lease) {
    public Outcome {
      Objects.requireNonNull(success, "success");
    }

    /** An outcome of which no more is known. */
    public Outcome(Boolean success, @Nullable Long latencyMs, @Nullable String error) {
      this(success, latencyMs, error, null, null, null, null, null);
    }
  }

  /** Why a call failed. */
  public enum OutcomeKind {
    /** Too many calls in a short time. */
    RATE,
    /** The quota is used up. */
    QUOTA,
    /** No token came for too long. */
    STALL,
    /** Anything else. */
    ERROR;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Leases a call: chooses the provider of a group to call, and reserves the call and its tokens
   * against the limits that all callers share.
   *
   * @param estimatedTokens null for none
   * @param ttlSeconds after how long without a renewal or an outcome its holder counts as dead and
   *     the reservation is released; null to count it for its minute, independent of the holder
   */
  public record LeaseProvider(
      String space, String group, @Nullable Long estimatedTokens, @Nullable Integer ttlSeconds)
      implements Ask<ProviderLease> {
    public LeaseProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(group, "group");
    }
  }

  /**
   * A leased call.
   *
   * @param hedgeAfterMs time without a token after which to call a second provider: the 95th
   *     percentile of the times to the first token; null if none was reported
   * @param hedgeWith the next best provider; lease again to call it
   * @param callBefore latest time for the call
   * @param expiresIn seconds until the reservation expires, unless the lease is renewed or its
   *     outcome is reported
   */
  public record ProviderLease(
      String lease,
      String providerId,
      @Nullable Long hedgeAfterMs,
      @Nullable String hedgeWith,
      String callBefore,
      long expiresIn) {}

  /**
   * Renews a lease; fails with {@code lease-unknown} if it has expired, was returned, or its
   * outcome was reported.
   *
   * @param id the provider
   * @param ttlSeconds time without another renewal after which it is released; 65 by default
   */
  public record RenewLease(String space, String id, String lease, @Nullable Integer ttlSeconds)
      implements Ask<LeaseRenewed> {
    public RenewLease {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(lease, "lease");
    }
  }

  /** A renewed lease. */
  public record LeaseRenewed(String lease, String providerId, long expiresIn) {}

  /** Gives back a lease whose call is not made. */
  public record ReturnLease(String space, String id, String lease) implements Ask<LeaseReturned> {
    public ReturnLease {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(lease, "lease");
    }
  }

  /** Lists the leases of a provider. */
  public record ListLeases(String space, String id) implements Ask<LeaseList> {
    public ListLeases {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * What is reserved of a provider's limits.
   *
   * @param requests reserved calls
   * @param requestsAMinute the limit of calls; null for none
   * @param tokens reserved tokens
   * @param tokensAMinute the limit of tokens; null for none
   * @param items the first leases to end
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record LeaseList(
      String providerId,
      long requests,
      @Nullable Long requestsAMinute,
      long tokens,
      @Nullable Long tokensAMinute,
      List<HeldLease> items) {
    public LeaseList {
      items = List.copyOf(items);
    }
  }

  /**
   * A reserved call.
   *
   * @param expiresAt when it ends unless its holder renews it
   * @param open whether its outcome was not reported
   */
  public record HeldLease(String lease, long tokens, String expiresAt, boolean open) {}

  /** Whether a lease was still held. */
  public record LeaseReturned(boolean returned) {}

  /** Disables a provider manually, until it is enabled or the time has passed. */
  public record DisableProvider(String space, String id, String reason, @Nullable Long forSeconds)
      implements Ask<ProviderHealth> {
    public DisableProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * Enables a provider manually: its measurements are reset, and for a time it is not disabled
   * automatically.
   */
  public record EnableProvider(
      String space, String id, @Nullable String reason, @Nullable Long forSeconds)
      implements Ask<ProviderHealth> {
    public EnableProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Checks whether the event loops of this node respond. */
  public record ReadLiveness() implements Ask<Health> {}

  /** Checks whether this node can serve: Redis and every verticle respond. */
  public record ReadReadiness() implements Ask<Health> {}

  /** Overall health, and the checks behind it. */
  public record Health(Up status, List<Check> checks) {
    public Health {
      checks = List.copyOf(checks);
    }

    /** Up if all checks are up. */
    public static Health of(List<Check> checks) {
      boolean up = checks.stream().allMatch(check -> check.status() == Up.UP);
      return new Health(up ? Up.UP : Up.DOWN, checks);
    }
  }

  /** Whether something works. */
  public enum Up {
    UP,
    DOWN
  }

  /**
   * One check.
   *
   * @param reason why it is down
   */
  public record Check(String id, Up status, @Nullable String reason) {}

  /** Reads the health of each space's Redis. */
  public record ReadRedisHealth() implements Ask<RedisHealth> {}

  /** Health of each space's Redis. */
  public record RedisHealth(Up status, List<RedisState> spaces) {
    public RedisHealth {
      spaces = List.copyOf(spaces);
    }
  }

  /**
   * Health of one space's Redis.
   *
   * @param reason why it is down
   * @param lastSeen when the last canary succeeded
   * @param latency latency of the canaries of the last two minutes
   * @param clockSkewMs how far this node's clock is ahead of the server's; negative if behind
   * @param server the server's own information; null while it is down
   * @param sent commands that this node has sent
   * @param refused commands that it did not send, because Redis was unavailable
   * @param waiting commands that wait for their replies
   * @param warnings problems that an operator should look at
   * @param keys number of keys by keyspace at the last count
   * @param keysWithoutTtl number of keys that lack the lifetime of their keyspace
   */
  public record RedisState(
      String space,
      String address,
      Up status,
      @Nullable String reason,
      @Nullable String lastSeen,
      @Nullable Latency latency,
      long clockSkewMs,
      @Nullable RedisServerState server,
      @Nullable List<RedisMasterState> masters,
      long sent,
      long refused,
      long waiting,
      List<String> warnings,
      @Nullable String countedAt,
      @Nullable Map<String, Long> keys,
      @Nullable Map<String, Long> keysWithoutTtl) {
    public RedisState {
      masters = masters == null ? null : List.copyOf(masters);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * A master of a Redis Cluster.
   *
   * @param slots how many of the 16,384 it serves
   * @param reason why some event loop of this node does not reach it
   */
  public record RedisMasterState(String address, int slots, Up status, @Nullable String reason) {}

  /** Percentiles in ms. */
  public record Latency(double p50, double p95, double p99, double max, int samples) {}

  /**
   * A Redis server's own information.
   *
   * @param memoryLimit 0 if there is none
   * @param hitRatio null if there were no reads
   * @param replicationLagBytes lag of a replica, or of a primary's slowest replica
   * @param keyspaceNotifications its setting, empty if off; null if reading it is not permitted
   * @param slowest longest of the latest commands in the slow log, in ms
   */
  public record RedisServerState(
      String version,
      String role,
      long uptimeSeconds,
      long memoryUsed,
      long memoryLimit,
      String evictionPolicy,
      long evictedKeys,
      long clients,
      long blockedClients,
      long operationsPerSecond,
      @Nullable Double hitRatio,
      long connectedReplicas,
      @Nullable Long replicationLagBytes,
      @Nullable String keyspaceNotifications,
      long slowCommands,
      @Nullable Double slowest) {}

  /**
   * Reads the slow log of each space's Redis.
   *
   * @param limit how many commands of each; null for 32
   */
  public record ReadSlowLog(@Nullable Integer limit) implements Ask<SlowLog> {}

  /**
   * The slowest commands, the slowest first.
   *
   * @param next always null: all are in one answer
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record SlowLog(List<SlowCommand> items, @Nullable String next) {
    public SlowLog {
      items = List.copyOf(items);
    }
  }

  /**
   * A command in the slow log.
   *
   * @param command its name and, if it has one, its first key; no values
   * @param client the name of the connection that sent it; empty without one
   */
  public record SlowCommand(
      String space, String at, double millis, String command, int arguments, String client) {}

  /** Reads when this node last loaded its settings, and what waits for a restart. */
  public record ReadSettings() implements Ask<SettingsState> {}

  /**
   * State of a node's settings.
   *
   * @param file null without one; then nothing can change while the node runs
   * @param loadedAt when they were last loaded without a problem
   * @param waiting changed settings that need a restart
   * @param problems of the last reading, which changed nothing if there are some
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record SettingsState(
      @Nullable String file, String loadedAt, List<String> waiting, List<String> problems) {
    public SettingsState {
      waiting = List.copyOf(waiting);
      problems = List.copyOf(problems);
    }
  }

  /** Runs every class of operation on each space's Redis, with private keys. */
  public record RunSelfTest() implements Ask<SelfTest> {}

  /** Result of a self test. */
  public record SelfTest(Up status, List<SelfTestStep> steps) {
    public SelfTest {
      steps = List.copyOf(steps);
    }
  }

  /** One operation of a self test. */
  public record SelfTestStep(
      String space, String operation, boolean ok, double millis, @Nullable String reason) {}

  /** Redis became unavailable or available. */
  public record RedisHealthChanged(String space, Up status, @Nullable String reason)
      implements Event {}

  /** A provider's status changed. */
  public record ProviderHealthChanged(
      String space, String id, Status before, Status after, String reason, ProviderHealth provider)
      implements Event {}
}
