package io.aetherkeep.catalogue;

import java.util.List;
import java.util.stream.Stream;

/** Closed list of the records that may cross the bus between JVMs. */
public final class Protocol {

  public static final List<Class<?>> TYPES =
      Stream.of(
              DocumentsById.class,
              CacheAsks.class,
              CacheListAsks.class,
              InvalidationAsks.class,
              OriginAsks.class,
              ConfigAsks.class,
              SessionAsks.class,
              SessionListAsks.class,
              HistoryAsks.class,
              PlaybackAsks.class,
              TicketAsks.class,
              ListenerAsks.class,
              StatusAsks.class,
              CancelAsks.class,
              StatusListAsks.class,
              HealthAsks.class,
              LeaseAsks.class,
              ProviderAsks.class,
              StreamAsks.class,
              StreamListAsks.class,
              StreamFollowAsks.class,
              SubscriptionAsks.class,
              WebhookAsks.class,
              DeliveryAsks.class,
              OverviewAsks.class,
              NodeAsks.class,
              AuditAsks.class)
          .<Class<?>>flatMap(page -> Stream.concat(Stream.of(page), Stream.of(page.getClasses())))
          .filter(Class::isRecord)
          .toList();

  private Protocol() {}
}
