package io.aetherkeep.stream.subscription.store;

import io.aetherkeep.catalogue.SubscriptionAsks.LinkType;
import io.aetherkeep.catalogue.SubscriptionAsks.SignedTarget;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscribedStream;
import io.aetherkeep.catalogue.SubscriptionAsks.Subscription;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeKey;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeSigning;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeTarget;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Subscription as it is stored.
 *
 * @param root URL of the streams
 * @param created in ms since 1970
 * @param failures failed deliveries in a row
 * @param links acked offsets by path
 * @param explicit paths that were added by name
 */
public record StoredSubscription(
    SubscriptionConfig config,
    String root,
    long created,
    int failures,
    Map<String, String> links,
    Set<String> explicit) {

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  LinkType type(String path) {
    return explicit.contains(path) ? LinkType.EXPLICIT : LinkType.GLOB;
  }

  /** The subscription in the protocol's form. */
  public Subscription view(String id, WakeKey key) {
    WakeTarget target = config.webhook();
    List<SubscribedStream> streams =
        links.entrySet().stream()
            .map(link -> new SubscribedStream(link.getKey(), type(link.getKey()), link.getValue()))
            .toList();
    return new Subscription(
        id,
        id,
        Objects.requireNonNull(config.type()),
        config.pattern(),
        streams,
        target == null
            ? null
            : new SignedTarget(
                Objects.requireNonNull(target.url()),
                new WakeSigning("ed25519", key.kid(), root + "__ds/jwks.json")),
        config.wakeStream(),
        Objects.requireNonNull(config.leaseTtlMs()),
        MILLIS.format(Instant.ofEpochMilli(created)),
        failures > 0 ? "failed" : "active",
        config.description());
  }
}
