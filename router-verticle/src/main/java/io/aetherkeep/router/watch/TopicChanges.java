package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.CacheAsks.EntriesMissed;
import io.aetherkeep.catalogue.CacheAsks.EntryHeard;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.HistoryAsks.HistoryAppended;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.ListenerAsks.ListenersChanged;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.catalogue.PlaybackAsks.PresenceOffline;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusNotice;
import io.aetherkeep.catalogue.StatusAsks.StatusesMissed;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.watch.topic.TopicKind;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.WatchedTopic;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscriber to the bus for one event loop, once for each kind of event: it polls the watched
 * topics that an event concerns, and publishes the event to topics of events.
 */
final class TopicChanges {

  private final TopicTable topics;
  private final SpaceEvents events;
  private final Bus bus;

  TopicChanges(Bus bus, TopicTable topics, SpaceEvents events) {
    this.bus = bus;
    this.topics = topics;
    this.events = events;
  }

  Future<?> subscribe() {
    return Future.all(
        List.of(
            bus.onSignal(StatusNotice.class, signal -> onStatus(signal.status())),
            bus.onSignal(StatusesMissed.class, signal -> statusesMissed(signal.space())),
            bus.subscribe(PresenceOffline.class, events::on),
            bus.subscribe(ListenersChanged.class, this::onListeners),
            on(CacheInvalidated.class, this::onInvalidation, events::on),
            bus.subscribe(
                HistoryAppended.class, e -> ofSession(e.space(), TopicKind.HISTORY, e.id())),
            on(SessionOpened.class, e -> ofUser(e.space(), e.userId()), events::on),
            on(SessionEnded.class, e -> ofUser(e.space(), e.userId()), events::on),
            on(SessionExpired.class, e -> ofUser(e.space(), e.userId()), events::on),
            on(
                PlaybackChanged.class,
                e -> ofSession(e.space(), TopicKind.PLAYBACK, e.session()),
                events::on),
            bus.onSignal(EntryHeard.class, this::onEntry),
            bus.onSignal(EntriesMissed.class, missed -> entriesMissed(missed.space())),
            on(
                ConfigChanged.class,
                e -> topics.poll(e.space(), TopicKind.CONFIG, e.name()),
                events::on),
            bus.subscribe(SessionChanged.class, this::onSession),
            on(ProviderHealthChanged.class, this::onProvider, events::on)));
  }

  /** Subscribes once for both the topics that an event changes and the topics of events. */
  private <E extends Event> Future<Void> on(
      Class<E> type, Consumer<E> changed, Consumer<E> published) {
    return bus.subscribe(type, changed.andThen(published));
  }

  private void onStatus(Status status) {
    events.on(status);
    if (topics.get(status.space(), TopicKind.STATUS, List.of(status.kind(), status.id()))
        instanceof StatusTopic topic) {
      topic.onStatus(status);
    }
    if (topics.get(status.space(), TopicKind.STATUSES, List.of(status.kind()))
        instanceof StatusKindTopic topic) {
      topic.onStatus(status);
    }
  }

  private void statusesMissed(String space) {
    events.missed(space);
    topics.select(space, StatusTopic.class::isInstance).forEach(WatchedTopic::poll);
    topics
        .select(space, StatusKindTopic.class::isInstance)
        .forEach(topic -> ((StatusKindTopic) topic).missed());
  }

  private void onProvider(ProviderHealthChanged event) {
    topics.poll(event.space(), TopicKind.PROVIDER, event.id());
    topics.poll(event.space(), TopicKind.PROVIDERS);
  }

  private void onListeners(ListenersChanged event) {
    topics.poll(event.space(), TopicKind.LISTENERS, event.podcastId());
    topics.poll(event.space(), TopicKind.PRESENCE, event.podcastId());
  }

  private void onSession(SessionChanged event) {
    ofSession(event.space(), TopicKind.SESSION, event.id());
    ofUser(event.space(), event.userId());
    ofUser(event.space(), event.formerUserId());
  }

  private void onEntry(EntryHeard entry) {
    topics.poll(entry.space(), TopicKind.CACHE, TopicName.entryKeys(entry.keyspace(), entry.ids()));
  }

  private void entriesMissed(String space) {
    topics
        .select(space, topic -> topic.name().kind() == TopicKind.CACHE)
        .forEach(WatchedTopic::poll);
  }

  /** Polls the topics of the entries that an event names, or of all entries if it names none. */
  private void onInvalidation(CacheInvalidated event) {
    String keyspace = event.keyspace();
    List<String> ids = event.ids();
    if (keyspace == null || ids == null) {
      entriesMissed(event.space());
      return;
    }
    topics.poll(event.space(), TopicKind.CACHE, keyspace);
    ids.forEach(id -> ofEntry(event.space(), keyspace, id));
  }

  /** Polls an entry's topic. An event joins two ids by a colon, which one id may contain too. */
  private void ofEntry(String space, String keyspace, String id) {
    topics.poll(space, TopicKind.CACHE, keyspace, id);
    int colon = id.indexOf(':');
    if (colon >= 0) {
      topics.poll(
          space, TopicKind.CACHE, keyspace, id.substring(0, colon), id.substring(colon + 1));
    }
  }

  private void ofUser(String space, @Nullable UserId user) {
    if (user != null) {
      topics.poll(space, TopicKind.SESSIONS, user.text());
    }
  }

  /** Polls a session's topic, and the one for callers with a cookie. */
  private void ofSession(String space, TopicKind kind, String session) {
    topics.poll(space, kind, session);
    topics.poll(space, kind, session, SessionCookies.SELF);
  }
}
