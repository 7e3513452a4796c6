package io.aetherkeep.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Client of provider health: reports outcomes, and lists providers to call. */
public final class ProviderClient {

  private final HttpSender sender;

  ProviderClient(HttpSender sender) {
    this.sender = sender;
  }

  /** Health record of a provider. */
  public record Health(
      String providerId,
      String status,
      double successRate,
      double avgLatency,
      @Nullable String lastFailure,
      @Nullable String lastError,
      long requests,
      long consecutiveFailures,
      @Nullable String group,
      @Nullable String reason,
      boolean byHand) {

    public boolean isDisabled() {
      return status.equals("disabled");
    }
  }

  private record Listed(List<Health> items) {}

  /** Outcome of one call to a provider. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Outcome(
      boolean success,
      @Nullable Long latencyMs,
      @Nullable String error,
      @Nullable Long tokens,
      @Nullable String lease) {

    public static Outcome success(long latencyMs) {
      return new Outcome(true, latencyMs, null, null, null);
    }

    public static Outcome failure(String error) {
      return new Outcome(false, null, error, null, null);
    }

    /** Returns this as the outcome of a leased call, with the number of tokens that it used. */
    public Outcome of(Lease leased, long used) {
      return new Outcome(success, latencyMs, error, used, leased.lease());
    }
  }

  /** Lease of one call to a provider. */
  public record Lease(
      String lease,
      String providerId,
      @Nullable Long hedgeAfterMs,
      @Nullable String hedgeWith,
      String callBefore,
      long expiresIn) {}

  private record Leasing(String group, long estimatedTokens, @Nullable Long ttlSeconds) {}

  /**
   * Leases a call to a group's best provider, and reserves it against the limits that all callers
   * share; fails with {@code rate-limited} if all providers are at their limits.
   *
   * @param ttl time without a renewal or an outcome after which the lease is released; null to
   *     count the call for its minute
   */
  public Lease lease(String group, long estimatedTokens, @Nullable Duration ttl) {
    Leasing body = new Leasing(group, estimatedTokens, ttl == null ? null : ttl.toSeconds());
    return WireJson.read(
        sender.send(HttpCall.of("POST", "providers/lease").json(body)), Lease.class);
  }

  /** Renews a lease; fails with {@code lease-unknown} if it has ended. */
  public void renew(Lease lease, Duration ttl) {
    sender.send(
        HttpCall.of(
                "POST",
                "providers/{providerId}/leases/{lease}/renew",
                lease.providerId(),
                lease.lease())
            .json(Map.of("ttlSeconds", ttl.toSeconds()))
            .again());
  }

  /** Releases a lease whose call is not made. */
  public void giveBack(Lease lease) {
    sender.send(
        HttpCall.of(
            "DELETE", "providers/{providerId}/leases/{lease}", lease.providerId(), lease.lease()));
  }

  /** Replaces a provider's health record. */
  public void put(String id, Object health) {
    sender.send(HttpCall.of("PUT", "providers/{id}/health", id).json(health));
  }

  /** Disables a provider manually; without a time, until it is enabled. */
  public void disable(String id, String reason, @Nullable Duration time) {
    Map<String, Object> body = new HashMap<>(Map.of("reason", reason));
    if (time != null) {
      body.put("forSeconds", time.toSeconds());
    }
    sender.send(HttpCall.of("POST", "providers/{id}/disable", id).json(body).again());
  }

  /** Enables a provider manually. */
  public void enable(String id) {
    sender.send(HttpCall.of("POST", "providers/{id}/enable", id).json(Map.of()).again());
  }

  /** Lists all providers in the order in which to call them. */
  public List<Health> list() {
    return list(null);
  }

  /** The providers of a group, or all. */
  public List<Health> list(@Nullable String group) {
    HttpCall call = HttpCall.of("GET", "providers/health").query("group", group);
    return WireJson.read(sender.send(call), Listed.class).items();
  }

  public Health find(String id) {
    return WireJson.read(
        sender.send(HttpCall.of("GET", "providers/{id}/health", id)), Health.class);
  }

  /** Reports an outcome. */
  public void report(String id, Outcome outcome) {
    sender.send(
        HttpCall.of("POST", "providers/{id}/outcomes", id)
            .json(outcome)
            .header("Prefer", "return=minimal"));
  }
}
