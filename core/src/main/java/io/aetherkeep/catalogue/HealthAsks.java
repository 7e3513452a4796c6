package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks and events of the health verticle. */
public final class HealthAsks {

  private HealthAsks() {}

  /** Checks whether the event loops of this node respond. */
  public record ReadLiveness() implements Ask<Health> {}

  /** Checks whether this node can serve: Redis and every verticle respond. */
  public record ReadReadiness() implements Ask<Health> {}

  /** Overall health, and the checks behind it. */
  public record Health(HealthStatus status, List<Check> checks) {
    public Health {
      checks = List.copyOf(checks);
    }

    /** Up if all checks are up. */
    public static Health of(List<Check> checks) {
      boolean up = checks.stream().allMatch(check -> check.status() == HealthStatus.UP);
      return new Health(up ? HealthStatus.UP : HealthStatus.DOWN, checks);
    }
  }

  /** Status of a check, or of several. */
  public enum HealthStatus {
    UP,
    DOWN
  }

  /**
   * One check.
   *
   * @param reason why it is down
   */
  public record Check(String id, HealthStatus status, @Nullable String reason) {}

  /** Reads the health of each space's Redis. */
  public record ReadRedisHealth() implements Ask<RedisHealth> {}

  /** Health of each space's Redis. */
  public record RedisHealth(HealthStatus status, List<RedisState> spaces) {
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
   * @param endlessKeys some of these
   */
  public record RedisState(
      String space,
      String address,
      HealthStatus status,
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
      @Nullable Map<String, Long> keysWithoutTtl,
      @Nullable List<String> endlessKeys) {
    public RedisState {
      endlessKeys = endlessKeys == null ? null : List.copyOf(endlessKeys);
      masters = masters == null ? null : List.copyOf(masters);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * A master of a Redis Cluster.
   *
   * @param slots number of slots that it serves, of 16,384
   * @param ranges ranges of its slots, such as {@code 0-5460}
   * @param reason why an event loop of this node does not reach it
   */
  public record RedisMasterState(
      String address,
      int slots,
      List<String> ranges,
      HealthStatus status,
      @Nullable String reason) {
    public RedisMasterState {
      // An older node sends no ranges.
      ranges = ranges == null ? List.of() : List.copyOf(ranges);
    }
  }

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
   * @param limit number of commands for each space; null for 32
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
   * @param problems found by the last reload, which changes nothing if there are any
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record SettingsState(
      @Nullable String file, String loadedAt, List<String> waiting, List<String> problems) {
    public SettingsState {
      waiting = List.copyOf(waiting);
      problems = List.copyOf(problems);
    }
  }

  /** Runs every class of operation on each space's Redis, on temporary keys of the test. */
  public record RunSelfTest() implements Ask<SelfTest> {}

  /** Result of a self test. */
  public record SelfTest(HealthStatus status, List<SelfTestStep> steps) {
    public SelfTest {
      steps = List.copyOf(steps);
    }
  }

  /** One operation of a self test. */
  public record SelfTestStep(
      String space, String operation, boolean ok, double millis, @Nullable String reason) {}

  /** Redis became unavailable or available. */
  public record RedisHealthChanged(String space, HealthStatus status, @Nullable String reason)
      implements Event {}
}
