package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events about providers' health. */
public final class ProviderAsks {

  private ProviderAsks() {}

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
   * @param until when the status is evaluated again automatically
   * @param trial whether it gets some trial requests to show that it has recovered
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

    /** An outcome without further details. */
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

  /** A provider's status changed. */
  public record ProviderHealthChanged(
      String space, String id, Status before, Status after, String reason, ProviderHealth provider)
      implements Event {}
}
