package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.EntryWatched;
import io.aetherkeep.router.loop.ReadQueue;
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
import java.util.List;
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

  private final Bus bus;
  private final StreamFeeds streams;
  private final Slices slices;
  private final TopicTable topics = new TopicTable();
  private final SpaceEvents events = new SpaceEvents();
  private final ReadQueue reads = new ReadQueue();
  private int next;
  private boolean closed;

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
    return new TopicChanges(bus, topics, events).subscribe();
  }

  /**
   * Subscribes a watcher to a topic, or fails it if the node stops.
   *
   * @param after the offset of the last value that the watcher knows; null to begin with the
   *     present one
   */
  public Subscription watch(TopicName name, @Nullable String after, TopicWatcher watcher) {
    if (closed) {
      watcher.fail(Failure.of(Code.NOT_SERVING, "This node is shutting down"));
      return () -> {};
    }
    if (name.isStream()) {
      return follow(name, after, watcher);
    }
    WatchedTopic topic = topics.getOrCreate(name, this::create);
    topic.join(watcher, after);
    return new Subscription() {
      @Override
      public void leave() {
        topic.leave(watcher);
      }

      @Override
      public void resume() {
        topic.resume(watcher);
      }
    };
  }

  private WatchedTopic create(TopicName name) {
    if (name.kind() == TopicKind.CACHE) {
      bus.signal(new EntryWatched(name.space(), name.key(), name.entryIds()));
    }
    return switch (name.kind()) {
      case STATUS -> new StatusTopic(name, bus, slices, topics::remove);
      case STATUSES -> new StatusKindTopic(name, bus, slices, topics::remove);
      case HISTORY -> new HistoryTopic(name, bus, slices, topics::remove);
      case EVENTS -> createEvents(name);
      default -> createLatest(name);
    };
  }

  private LatestTopic createLatest(TopicName name) {
    return new LatestTopic(name, () -> name.kind().read(bus, name), reads, slices, topics::remove);
  }

  private EventsTopic createEvents(TopicName name) {
    EventsTopic topic = new EventsTopic(name, slices, this::removeEvents);
    events.add(topic);
    return topic;
  }

  private void removeEvents(EventsTopic topic) {
    topics.remove(topic);
    events.remove(topic);
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

  /** Whether a topic is known to have reached its end. */
  boolean isEnded(TopicName name) {
    WatchedTopic topic = topics.get(name);
    return topic != null && topic.isEnded();
  }

  /**
   * Polls the next batch of topics, in turn: with more topics each is polled less often, at the
   * same load.
   */
  void poll() {
    List<WatchedTopic> all = topics.all();
    int count = Math.min(BATCH, all.size());
    for (int i = 0; i < count; i++) {
      all.get((next + i) % all.size()).poll();
    }
    next = all.isEmpty() ? 0 : (next + count) % all.size();
    streams.catchUp();
  }

  private void beat() {
    for (WatchedTopic topic : topics.all()) {
      slices.each(topic.watchers(), TopicWatcher::beat);
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
    WatchedTopic topic = topics.get(space, kind, List.of(key));
    return topic == null
        ? new Watched(0, null)
        : new Watched(topic.watchers().size(), topic.offset());
  }

  /** Returns the number of watched topics, streams included. */
  public int size() {
    return topics.size() + streams.size();
  }

  /** Whether the node stops. */
  boolean isClosed() {
    return closed;
  }

  /** Ends all open responses and refuses new ones, which would keep this node from stopping. */
  public void close() {
    closed = true;
    for (WatchedTopic topic : topics.all()) {
      topic.watchers().forEach(TopicWatcher::closing);
    }
    streams.close();
  }
}
