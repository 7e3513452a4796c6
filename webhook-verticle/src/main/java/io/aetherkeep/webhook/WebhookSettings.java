package io.aetherkeep.webhook;

import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.catalogue.WebhookAsks.WebhookFormat;
import io.aetherkeep.delivery.AddressPolicy;
import io.aetherkeep.delivery.RetrySchedule;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Settings of the webhook verticle.
 *
 * @param addresses policy of allowed addresses
 * @param deadline deadline of an attempt
 * @param retries schedule of retries
 * @param backlog approximate limit of the outbox of a space
 * @param pollEvery interval of reads of the outbox
 * @param declared endpoints that the settings declare, by space
 */
public record WebhookSettings(
    AddressPolicy addresses,
    Duration deadline,
    RetrySchedule retries,
    int backlog,
    Duration pollEvery,
    Map<String, List<Declared>> declared) {

  public WebhookSettings {
    declared = Map.copyOf(declared);
  }

  /**
   * Endpoint that the settings declare.
   *
   * @param id its name in the settings
   * @param credential the token for a CDN's API, or empty
   */
  public record Declared(
      String id,
      String url,
      List<WebhookEvent> events,
      WebhookFormat format,
      String secret,
      String credential) {
    public Declared {
      events = List.copyOf(events);
    }

    @Override
    public String toString() {
      return "Declared[id=" + id + "]";
    }
  }

  public static WebhookSettings defaults() {
    return new WebhookSettings(
        AddressPolicy.PUBLIC_ONLY,
        Duration.ofSeconds(10),
        new RetrySchedule(Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofHours(24)),
        10_000,
        Duration.ofMillis(250),
        Map.of());
  }

  List<Declared> declaredOf(String space) {
    return declared.getOrDefault(space, List.of());
  }

  /** Interval at which all slots' parts of the outbox on a cluster are swept. */
  Duration sweepEvery() {
    return pollEvery.multipliedBy(240);
  }

  /** Length of a lease, longer than any attempt that starts under it. */
  Duration lease() {
    return deadline.multipliedBy(2).plusSeconds(1);
  }
}
