package io.aetherkeep.catalogue;

import java.util.List;
import java.util.stream.Stream;

/** Closed list of the records that may cross the bus between JVMs. */
public final class Protocol {

  public static final List<Class<?>> TYPES =
      Stream.of(
              CacheAsks.class,
              ConfigAsks.class,
              SessionAsks.class,
              PlaybackAsks.class,
              StatusAsks.class,
              HealthAsks.class,
              StreamAsks.class,
              SubscriptionAsks.class,
              WebhookAsks.class,
              OverviewAsks.class,
              AuditAsks.class)
          .<Class<?>>flatMap(page -> Stream.of(page.getClasses()))
          .filter(Class::isRecord)
          .toList();

  private Protocol() {}
}
