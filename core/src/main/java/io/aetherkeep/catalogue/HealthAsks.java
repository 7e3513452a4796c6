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

/** What the health verticle answers and announces. */
public final class HealthAsks {

  private HealthAsks() {}

  /** Whether a provider is to be called. */
  public enum Status {
    HEALTHY,
    /** Rather another one. */
    DEGRADED,
    /** Not at all. */
    DISABLED;

    /** The word that stands in Redis. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads what is known of a provider; fails with {@code provider-unknown}. */
  public record ReadProvider(String space, String id) implements Ask<ProviderHealth> {
    public ReadProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * A provider's record, and what it was made of.
   *
   * @param successRate 0 to 1, over the last 15 minutes
   * @param avgLatency of the last 100 answers, in ms
   * @param lastFailure when it last failed, and why
   * @param requests how many outcomes were reported in the last 15 minutes
   * @param p50Latency half of the last 100 answers took at most so long, in ms, exactly: it is one
   *     that was reported; none where none was
   * @param reason why it is in this status
   * @param byHand whether somebody put it there, here or by writing the record
   * @param until when that is looked at again by itself
   * @param trial whether it is let have some requests to show that it is well again
   * @param staleSeconds where Redis could not be asked how long ago it was known better, and this
   *     is what one node makes of what it saw and was told since; none usually
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

    /** The same without how long ago it was known better, only whether it was. */
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

  /** Lists providers, those to be called first; of one group if it is named. */
  public record ListProviders(String space, @Nullable String group) implements Ask<ProviderList> {
    public ListProviders {
      Objects.requireNonNull(space, "space");
    }
  }

  /** ProviderList, the best first. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ProviderList(List<ProviderHealth> items, @Nullable String next) {

    /** How long ago the oldest of it was known better, where Redis could not be asked. */
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

    /** The same without how long ago each was known better, only whether it was. */
    public ProviderList withoutAge() {
      return new ProviderList(items.stream().map(ProviderHealth::withoutAge).toList(), next);
    }
  }

  /** Sets a provider's record outright. */
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
   * Reports how calls of a provider went, the earliest first. While Redis is away they are kept on
   * the node, which answers what it makes of them alone, marked stale.
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
   * How one call went.
   *
   * @param error a short text, kept as the last one
   */
  public record Outcome(Boolean success, @Nullable Long latencyMs, @Nullable String error) {
    public Outcome {
      Objects.requireNonNull(success, "success");
    }
  }

  /** Takes a provider out by hand, until it is enabled or the time is over. */
  public record DisableProvider(String space, String id, String reason, @Nullable Long forSeconds)
      implements Ask<ProviderHealth> {
    public DisableProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Puts a provider back by hand: its past is forgotten; for a time nothing disables it. */
  public record EnableProvider(
      String space, String id, @Nullable String reason, @Nullable Long forSeconds)
      implements Ask<ProviderHealth> {
    public EnableProvider {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Asks whether the event loops of this node turn. */
  public record ReadLiveness() implements Ask<Health> {}

  /** Asks whether this node can serve: Redis answers, and so does every verticle. */
  public record ReadReadiness() implements Ask<Health> {}

  /** Up or down, and the parts that make it so. */
  public record Health(Up status, List<Check> checks) {
    public Health {
      checks = List.copyOf(checks);
    }

    /** Up where all parts are. */
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
   * A part.
   *
   * @param reason why it is down
   */
  public record Check(String id, Up status, @Nullable String reason) {}

  /** Asks what there is to know of the Redis of each space. */
  public record ReadRedisHealth() implements Ask<RedisHealth> {}

  /** The Redis of each space. */
  public record RedisHealth(Up status, List<RedisState> spaces) {
    public RedisHealth {
      spaces = List.copyOf(spaces);
    }
  }

  /**
   * The Redis of one space.
   *
   * @param reason why it is down
   * @param lastSeen when a canary last came back
   * @param latency of the canaries of the last two minutes
   * @param clockSkewMs how far this node's clock is ahead of the server's; negative where it is
   *     behind
   * @param server what the server says of itself; none while it is down
   * @param sent how many commands this node sent to it
   * @param refused how many it did not send, because it was away
   * @param waiting how many wait for their answers
   * @param warnings what an operator should look at
   * @param keys how many keys each keyspace had when they were last counted
   * @param keysWithoutTtl how many of these should have a lifetime and have none
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
      long sent,
      long refused,
      long waiting,
      List<String> warnings,
      @Nullable String countedAt,
      @Nullable Map<String, Long> keys,
      @Nullable Map<String, Long> keysWithoutTtl) {
    public RedisState {
      warnings = List.copyOf(warnings);
    }
  }

  /** Percentiles in ms. */
  public record Latency(double p50, double p95, double p99, double max, int samples) {}

  /**
   * What a Redis server says of itself.
   *
   * @param memoryLimit 0 where there is none
   * @param hitRatio none where nothing was read yet
   * @param replicationLagBytes of a replica, or of the slowest replica of a primary
   * @param keyspaceNotifications its setting, empty for off; none where it may not be asked
   * @param slowest the longest of the slow log's last commands, in ms
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

  /** Exercises every class of operation on each space's Redis, under private keys. */
  public record RunSelfTest() implements Ask<SelfTest> {}

  /** What a self test came to. */
  public record SelfTest(Up status, List<SelfTestStep> steps) {
    public SelfTest {
      steps = List.copyOf(steps);
    }
  }

  /** One operation of a self test. */
  public record SelfTestStep(
      String space, String operation, boolean ok, double millis, @Nullable String reason) {}

  /** A Redis went away or came back. */
  public record RedisHealthChanged(String space, Up status, @Nullable String reason)
      implements Event {}

  /** A provider's status is another than it was, and why. */
  public record ProviderHealthChanged(
      String space, String id, Status before, Status after, String reason, ProviderHealth provider)
      implements Event {}
}
