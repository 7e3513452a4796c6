package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.HealthAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.PlaybackAsks.ListenersChanged;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamFeed;
import io.aetherkeep.router.stream.StreamFeeds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All topics that are watched on this event loop: one subscription a sort of news, however many
 * topics and watchers there are.
 */
public final class Topics {

  /** How many are looked at in one go. */
  private static final int BATCH = 500;

  /** Lets a watcher go from what it watches. */
  public interface Leaving {
    void leave();

    /** The watcher takes more again. */
    default void resume() {}
  }

  private record Key(String space, String sort, List<String> keys) {}

  private final Bus bus;
  private final StatusWatches statuses;
  private final StreamFeeds streams;
  private final LatestSources sources;
  private final Map<Key, LatestTopic> latest = new LinkedHashMap<>();
  private int next;

  public Topics(Bus bus, StatusWatches statuses, StreamFeeds streams) {
    this.streams = streams;
    this.bus = bus;
    this.statuses = statuses;
    this.sources = new LatestSources(bus);
  }

  public Future<?> start(Vertx vertx, RouterSettings settings) {
    vertx.setPeriodic(settings.watchEvery().toMillis(), id -> look());
    vertx.setPeriodic(settings.beatMillis(), id -> beat());
    return Future.all(
        bus.subscribe(
            ListenersChanged.class, e -> changed(e.space(), "listeners", List.of(e.podcastId()))),
        bus.subscribe(
            PlaybackChanged.class, e -> changed(e.space(), "playback", List.of(e.session()))),
        bus.subscribe(ConfigChanged.class, e -> changed(e.space(), "config", List.of(e.name()))),
        bus.subscribe(SessionChanged.class, e -> changed(e.space(), "session", List.of(e.id()))),
        bus.subscribe(ProviderHealthChanged.class, this::provider));
  }

  private void provider(ProviderHealthChanged event) {
    changed(event.space(), "provider", List.of(event.id()));
    changed(event.space(), "providers", List.of());
  }

  private void changed(String space, String sort, List<String> keys) {
    LatestTopic topic = latest.get(new Key(space, sort, keys));
    if (topic != null) {
      topic.look();
    }
  }

  /**
   * Watches a topic.
   *
   * @param after the offset of the last value that is known; none for the present one first
   */
  public Leaving watch(TopicName name, @Nullable String after, TopicWatcher watcher) {
    if (name.isStatus()) {
      StatusFollower follower = new StatusFollower(watcher, name.text(), after);
      statuses.watch(name.status(), after, follower);
      return () -> statuses.leave(name.status(), follower);
    }
    if (name.isStream()) {
      return follow(name, after, watcher);
    }
    Key key = new Key(name.space(), name.sort(), name.keys());
    latest
        .computeIfAbsent(
            key,
            first ->
                new LatestTopic(name, () -> sources.read(name), empty -> latest.remove(key, empty)))
        .join(watcher, after);
    return () -> leave(key, watcher);
  }

  private Leaving follow(TopicName name, @Nullable String after, TopicWatcher watcher) {
    StreamTopicFollower follower = new StreamTopicFollower(name.text(), watcher, after != null);
    String offset = after == null || after.equals(Push.NOTHING) ? "-1" : after;
    StreamFeed feed = streams.follow(name.stream(), offset, follower);
    return new Leaving() {
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
    LatestTopic topic = latest.get(key);
    if (topic != null) {
      topic.leave(watcher);
    }
  }

  /** Each in its turn, so that a node that watches very much looks more rarely, not more often. */
  private void look() {
    List<LatestTopic> all = List.copyOf(latest.values());
    int count = Math.min(BATCH, all.size());
    for (int i = 0; i < count; i++) {
      all.get((next + i) % all.size()).look();
    }
    next = all.isEmpty() ? 0 : (next + count) % all.size();
  }

  private void beat() {
    for (LatestTopic topic : List.copyOf(latest.values())) {
      topic.watchers().forEach(TopicWatcher::beat);
    }
  }

  /** How many are watched, statuses included. */
  public int size() {
    return latest.size() + statuses.size() + streams.size();
  }

  /** Says goodbye to those whose connection ends with what they watch. */
  public void close() {
    for (LatestTopic topic : List.copyOf(latest.values())) {
      topic.watchers().forEach(TopicWatcher::closing);
    }
  }
}
