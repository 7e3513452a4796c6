package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.CacheAsks.EntriesMissed;
import io.aetherkeep.catalogue.CacheAsks.EntryHeard;
import io.aetherkeep.catalogue.CacheAsks.EntryWatched;
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
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamFeed;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicKind;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.aetherkeep.router.watch.topic.WatchedTopic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hub of all topics that sockets, server-sent events and long polls watch on one event loop. It has
 * one bus subscription for each kind of event, for any number of topics and watchers.
 */
public final class WatchHub {

  /** Number of topics that one poll reads again. */
  private static final int BATCH = 1000;

  /** Subscription of a watcher to a topic. */
  public interface Subscription {
    void leave();

    /** Continues after the watcher had no room. */
    default void resume() {}
  }

  private record Key(String space, TopicKind kind, List<String> keys) {

    static Key of(TopicName name) {
      return new Key(name.space(), name.kind(), name.keys());
    }
  }

  private final Bus bus;
  private final StreamFeeds streams;
  private final Slices slices;
  private final Map<Key, WatchedTopic> topics = new LinkedHashMap<>();
  private final SpaceEvents events = new SpaceEvents();
  private int next;

  /**
   * Creates a hub without topics.
   *
   * @param slices sends a change to many watchers
   */
  public WatchHub(Bus bus, StreamFeeds streams, Slices slices) {
    this.bus = bus;
    this.streams = streams;
    this.slices = slices;
  }

  public Future<?> start(Vertx vertx, RouterSettings settings) {
    vertx.setPeriodic(settings.watchEvery().toMillis(), id -> poll());
    vertx.setPeriodic(settings.connections().beatMillis(), id -> beat());
    return Future.all(
        List.of(
            bus.onSignal(StatusNotice.class, signal -> onStatus(signal.status())),
            bus.onSignal(StatusesMissed.class, signal -> missed(signal.space())),
            bus.subscribe(PresenceOffline.class, events::on),
            bus.subscribe(ListenersChanged.class, this::changed),
            on(CacheInvalidated.class, this::changed, events::on),
            bus.subscribe(
                HistoryAppended.class, e -> changedOf(e.space(), TopicKind.HISTORY, e.id())),
            on(SessionOpened.class, e -> changed(e.space(), e.userId()), events::on),
            on(SessionEnded.class, e -> changed(e.space(), e.userId()), events::on),
            on(SessionExpired.class, e -> changed(e.space(), e.userId()), events::on),
            on(
                PlaybackChanged.class,
                e -> changedOf(e.space(), TopicKind.PLAYBACK, e.session()),
                events::on),
            bus.onSignal(EntryHeard.class, this::onEntry),
            bus.onSignal(EntriesMissed.class, missed -> entriesMissed(missed.space())),
            on(
                ConfigChanged.class,
                e -> changed(e.space(), TopicKind.CONFIG, e.name()),
                events::on),
            bus.subscribe(SessionChanged.class, this::changed),
            on(ProviderHealthChanged.class, this::changed, events::on)));
  }

  /** Subscribes once for topics that are read again, and for topics of events. */
  private <E extends Event> Future<Void> on(
      Class<E> type, Consumer<E> changed, Consumer<E> published) {
    return bus.subscribe(type, changed.andThen(published));
  }

  private void onStatus(Status status) {
    events.on(status);
    Key key = new Key(status.space(), TopicKind.STATUS, List.of(status.kind(), status.id()));
    if (topics.get(key) instanceof StatusTopic topic) {
      topic.onStatus(status);
    }
    Key ofKind = new Key(status.space(), TopicKind.STATUSES, List.of(status.kind()));
    if (topics.get(ofKind) instanceof StatusKindTopic topic) {
      topic.onStatus(status);
    }
  }

  private void missed(String space) {
    events.missed(space);
    for (WatchedTopic topic : List.copyOf(topics.values())) {
      if (topic.name().space().equals(space)) {
        if (topic instanceof StatusTopic) {
          topic.poll();
        } else if (topic instanceof StatusKindTopic all) {
          all.missed();
        }
      }
    }
  }

  private void changed(ProviderHealthChanged event) {
    changed(event.space(), TopicKind.PROVIDER, event.id());
    changed(event.space(), TopicKind.PROVIDERS);
  }

  private void changed(ListenersChanged event) {
    changed(event.space(), TopicKind.LISTENERS, event.podcastId());
    changed(event.space(), TopicKind.PRESENCE, event.podcastId());
  }

  private void changed(String space, @Nullable UserId user) {
    if (user != null) {
      changed(space, TopicKind.SESSIONS, user.text());
    }
  }

  private void changed(SessionChanged event) {
    changedOf(event.space(), TopicKind.SESSION, event.id());
    changed(event.space(), event.userId());
    changed(event.space(), event.formerUserId());
  }

  private void onEntry(EntryHeard entry) {
    changed(entry.space(), TopicKind.CACHE, TopicName.entryKeys(entry.keyspace(), entry.ids()));
  }

  private void entriesMissed(String space) {
    for (WatchedTopic topic : List.copyOf(topics.values())) {
      if (topic.name().kind() == TopicKind.CACHE && topic.name().space().equals(space)) {
        topic.poll();
      }
    }
  }

  /** Reads the entries that an event names, or all if it names none. */
  private void changed(CacheInvalidated event) {
    String keyspace = event.keyspace();
    List<String> ids = event.ids();
    if (keyspace == null || ids == null) {
      entriesMissed(event.space());
      return;
    }
    changed(event.space(), TopicKind.CACHE, keyspace);
    // An event joins two ids by a colon, a topic by a slash.
    ids.forEach(id -> changed(event.space(), TopicKind.CACHE, keyspace, id.replace(':', '/')));
  }

  /** Reads a session's topic, and the one for callers with a cookie. */
  private void changedOf(String space, TopicKind kind, String session) {
    changed(space, kind, session);
    changed(space, kind, session, SessionCookies.SELF);
  }

  private void changed(String space, TopicKind kind, String... keys) {
    changed(space, kind, List.of(keys));
  }

  private void changed(String space, TopicKind kind, List<String> keys) {
    WatchedTopic topic = topics.get(new Key(space, kind, keys));
    if (topic != null) {
      topic.poll();
    }
  }

  /**
   * Subscribes a watcher to a topic.
   *
   * @param after the offset of the last value that the watcher knows; null to begin with the
   *     present one
   */
  public Subscription watch(TopicName name, @Nullable String after, TopicWatcher watcher) {
    if (name.isStream()) {
      return follow(name, after, watcher);
    }
    Key key = Key.of(name);
    WatchedTopic topic = topics.computeIfAbsent(key, first -> topic(key, name));
    topic.join(watcher, after);
    return new Subscription() {
      @Override
      public void leave() {
        WatchHub.this.leave(key, watcher);
      }

      @Override
      public void resume() {
        topic.resume(watcher);
      }
    };
  }

  private WatchedTopic topic(Key key, TopicName name) {
    Consumer<WatchedTopic> remove = empty -> topics.remove(key, empty);
    if (name.kind() == TopicKind.CACHE) {
      bus.signal(new EntryWatched(name.space(), name.key(), name.entryIds()));
    }
    return switch (name.kind()) {
      case STATUS -> new StatusTopic(name, bus, slices, remove::accept);
      case STATUSES -> new StatusKindTopic(name, bus, slices, remove::accept);
      case HISTORY -> new HistoryTopic(name, bus, slices, remove::accept);
      case EVENTS -> events(name, remove);
      default -> new LatestTopic(name, () -> name.kind().read(bus, name), slices, remove::accept);
    };
  }

  private EventsTopic events(TopicName name, Consumer<WatchedTopic> remove) {
    EventsTopic topic = new EventsTopic(name, slices, remove.andThen(events::remove)::accept);
    events.add(topic);
    return topic;
  }

  private Subscription follow(TopicName name, @Nullable String after, TopicWatcher watcher) {
    StreamTopicFollower follower = new StreamTopicFollower(name, watcher, after != null);
    String offset = after == null || after.equals(SharedFrame.NOTHING) ? "-1" : after;
    StreamFeed feed = streams.follow(name.stream(), offset, follower);
    return new Subscription() {
      @Override
      public void leave() {
        feed.leave(follower);
      }

      @Override
      public void resume() {
        feed.resume(follower);
      }
    };
  }

  private void leave(Key key, TopicWatcher watcher) {
    WatchedTopic topic = topics.get(key);
    if (topic != null) {
      topic.leave(watcher);
    }
  }

  /** Whether a topic is known to have reached its end. */
  boolean isEnded(TopicName name) {
    WatchedTopic topic = topics.get(Key.of(name));
    return topic != null && topic.isEnded();
  }

  /**
   * Polls the next batch of topics, in turn: with more topics each is polled less often, at the
   * same load.
   */
  private void poll() {
    List<WatchedTopic> all = List.copyOf(topics.values());
    int count = Math.min(BATCH, all.size());
    for (int i = 0; i < count; i++) {
      all.get((next + i) % all.size()).poll();
    }
    next = all.isEmpty() ? 0 : (next + count) % all.size();
    streams.catchUp();
  }

  private void beat() {
    for (WatchedTopic topic : List.copyOf(topics.values())) {
      topic.watchers().forEach(TopicWatcher::beat);
    }
    streams.beat();
  }

  /**
   * Watchers of a topic on this event loop.
   *
   * @param offset of the value that they know; null if there is none
   */
  public record Watched(int watchers, @Nullable String offset) {}

  /** Describes the watchers of a topic. */
  public Watched watched(String space, TopicKind kind, String key) {
    WatchedTopic topic = topics.get(new Key(space, kind, List.of(key)));
    return topic == null
        ? new Watched(0, null)
        : new Watched(topic.watchers().size(), topic.offset());
  }

  /** Returns the number of watched topics, streams included. */
  public int size() {
    return topics.size() + streams.size();
  }

  /** Ends every open response, which would keep this node from stopping. */
  public void close() {
    for (WatchedTopic topic : List.copyOf(topics.values())) {
      topic.watchers().forEach(TopicWatcher::closing);
    }
    streams.close();
  }
}
