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
 * @param addresses which addresses may be dialled
 * @param deadline how long an attempt may take
 * @param retries when a failed delivery is tried again
 * @param backlog about how many events the outbox of a space keeps
 * @param pollEvery how often the outbox is looked at
 * @param declared the endpoints of spaces that the settings declare
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
   * An endpoint that the settings declare.
   *
   * @param id its name in the settings
   * @param credential the token that an edge's API wants, or empty
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

  /** How often the parts of the outbox in all slots of a cluster are looked at. */
  Duration sweepEvery() {
    return pollEvery.multipliedBy(240);
  }

  /** A lease ends long after the attempts that began under it. */
  Duration lease() {
    return deadline.multipliedBy(2).plusSeconds(1);
  }
}
