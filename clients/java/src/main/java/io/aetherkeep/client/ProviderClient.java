package io.aetherkeep.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which provider to call, and how calls went. */
public final class ProviderClient {

  private static final String PROVIDERS = "providers";

  private final HttpSender sender;

  ProviderClient(HttpSender sender) {
    this.sender = sender;
  }

  /** A provider's record. */
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

  /** How one call of a provider went. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Outcome(boolean success, @Nullable Long latencyMs, @Nullable String error) {

    public static Outcome success(long latencyMs) {
      return new Outcome(true, latencyMs, null);
    }

    public static Outcome failure(String error) {
      return new Outcome(false, null, error);
    }
  }

  /** All providers, those to be called first at the beginning. */
  public List<Health> list() {
    HttpCall call = HttpCall.of("GET", PROVIDERS, "health");
    return WireJson.read(sender.send(call), Listed.class).items();
  }

  public Health find(String id) {
    return WireJson.read(sender.send(HttpCall.of("GET", PROVIDERS, id, "health")), Health.class);
  }

  /** Reports how a call went. */
  public void report(String id, Outcome outcome) {
    sender.send(
        HttpCall.of("POST", PROVIDERS, id, "outcomes")
            .json(outcome)
            .header("Prefer", "return=minimal"));
  }
}
