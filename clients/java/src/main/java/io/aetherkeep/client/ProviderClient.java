package io.aetherkeep.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Client of provider health: reports outcomes, and lists providers to call. */
public final class ProviderClient {

  private static final String PROVIDERS = "providers";

  private final HttpSender sender;

  ProviderClient(HttpSender sender) {
    this.sender = sender;
  }

  /** Record of a provider. */
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
  public record Outcome(boolean success, @Nullable Long latencyMs, @Nullable String error) {

    public static Outcome success(long latencyMs) {
      return new Outcome(true, latencyMs, null);
    }

    public static Outcome failure(String error) {
      return new Outcome(false, null, error);
    }
  }

  /** Lists all providers in the order in which to call them. */
  public List<Health> list() {
    HttpCall call = HttpCall.of("GET", PROVIDERS, "health");
    return WireJson.read(sender.send(call), Listed.class).items();
  }

  public Health find(String id) {
    return WireJson.read(sender.send(HttpCall.of("GET", PROVIDERS, id, "health")), Health.class);
  }

  /** Reports an outcome. */
  public void report(String id, Outcome outcome) {
    sender.send(
        HttpCall.of("POST", PROVIDERS, id, "outcomes")
            .json(outcome)
            .header("Prefer", "return=minimal"));
  }
}
