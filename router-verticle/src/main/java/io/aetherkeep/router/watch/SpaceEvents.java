package io.aetherkeep.router.watch;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.EventData.PlaybackData;
import io.aetherkeep.catalogue.EventData.ProviderData;
import io.aetherkeep.catalogue.EventData.SessionEndedData;
import io.aetherkeep.catalogue.EventData.StatusData;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.catalogue.PlaybackAsks.PresenceOffline;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.document.Document;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Publisher of events to the watched {@link EventsTopic}s on one event loop. It encodes an event
 * once, and only if a topic wants its type.
 */
final class SpaceEvents {

  private final Set<EventsTopic> topics = new LinkedHashSet<>();
  private long count;

  /** One event, in the form of a webhook's message. */
  private record SpaceEvent(String type, String timestamp, Object data) {}

  void add(EventsTopic topic) {
    topics.add(topic);
  }

  void remove(EventsTopic topic) {
    topics.remove(topic);
  }

  void on(Status status) {
    if (!topics.isEmpty()) {
      publish(status.space(), WebhookEvent.STATUS_CHANGED, StatusData.of(status));
    }
  }

  void on(SessionOpened event) {
    publish(event.space(), WebhookEvent.SESSION_OPENED, event);
  }

  void on(SessionEnded event) {
    publish(event.space(), WebhookEvent.SESSION_ENDED, SessionEndedData.of(event));
  }

  void on(SessionExpired event) {
    publish(event.space(), WebhookEvent.SESSION_EXPIRED, event);
  }

  /** Publishes a change of playback, except of the position alone. */
  void on(PlaybackChanged event) {
    if (event.positionOnly() == null) {
      publish(event.space(), WebhookEvent.PLAYBACK_CHANGED, PlaybackData.of(event));
    }
  }

  void on(PresenceOffline event) {
    publish(event.space(), WebhookEvent.PRESENCE_OFFLINE, event);
  }

  void on(ConfigChanged event) {
    publish(event.space(), WebhookEvent.CONFIG_CHANGED, event);
  }

  void on(ProviderHealthChanged event) {
    publish(event.space(), WebhookEvent.PROVIDER_HEALTH_CHANGED, ProviderData.of(event));
  }

  void on(CacheInvalidated event) {
    publish(event.space(), WebhookEvent.CACHE_INVALIDATED, event);
  }

  private void publish(String space, WebhookEvent type, Object data) {
    List<EventsTopic> wanting = topics.stream().filter(topic -> topic.wants(space, type)).toList();
    if (!wanting.isEmpty()) {
      Instant now = now();
      Document event = json(new SpaceEvent(type.text(), now.toString(), data));
      String offset = now.toEpochMilli() + "-" + count++;
      wanting.forEach(topic -> topic.publish(offset, event));
    }
  }

  /** Reports that events of a space may have been missed. */
  void missed(String space) {
    topics.stream()
        .filter(topic -> topic.name().space().equals(space))
        .forEach(EventsTopic::missed);
  }

  /** Returns the current time in ms, as in messages of webhooks. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Count of events that a slow watcher did not get. */
  private record Dropped(long dropped) {}

  /** The event that reports dropped events to a slow watcher. */
  static Document dropped(long events) {
    return json(new SpaceEvent("events-dropped", now().toString(), new Dropped(events)));
  }

  private static Document json(Object record) {
    return Document.stored(Buffer.buffer(RecordJson.write(record)));
  }
}
