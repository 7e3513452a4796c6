package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamFollowed;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamHeard;
import io.aetherkeep.router.loop.Slices;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Feeds of all followed streams on this event loop, one for each stream. */
public final class StreamFeeds {

  private final Bus bus;
  private final Slices slices;
  private final Map<Key, StreamFeed> feeds = new LinkedHashMap<>();

  /** Number of followers, which the metrics' thread reads. */
  private final AtomicInteger followers = new AtomicInteger();

  private boolean closed;

  private record Key(String space, String path) {}

  public StreamFeeds(Bus bus, Slices slices) {
    this.bus = bus;
    this.slices = slices;
  }

  public Future<?> start(MeterRegistry meters) {
    Gauge.builder("aetherkeep_stream_followers", followers, AtomicInteger::get)
        .description("Followers of streams: long polls, event streams and sockets' topics")
        .tag("loop", Thread.currentThread().getName())
        .register(meters);
    return Future.all(
        bus.onSignal(StreamHeard.class, this::onNotice),
        bus.onSignal(StreamFollowed.class, now -> pull(new Key(now.space(), now.path()))));
  }

  /** Whether the node stops. */
  boolean isClosed() {
    return closed;
  }

  /** Follows a stream from an offset; throws if the node stops. */
  public StreamFeed follow(StreamName name, String offset, StreamFollower follower) {
    if (closed) {
      throw Failure.of(Code.NOT_SERVING, "This node is shutting down");
    }
    StreamFeed feed =
        feeds.computeIfAbsent(
            new Key(name.space(), name.path()),
            first -> new StreamFeed(bus, slices, name.space(), name.path(), followers));
    feed.join(follower, offset, name.endUser());
    return feed;
  }

  private void onNotice(StreamHeard news) {
    StreamFeed feed = feeds.get(new Key(news.space(), news.path()));
    if (feed != null) {
      feed.onNotice(news);
    }
  }

  private void pull(Key key) {
    StreamFeed feed = feeds.get(key);
    if (feed != null) {
      feed.pull();
    }
  }

  /** Reads missed changes, and closes feeds without followers. */
  public void catchUp() {
    for (Map.Entry<Key, StreamFeed> entry : List.copyOf(feeds.entrySet())) {
      if (!entry.getValue().catchUp()) {
        feeds.remove(entry.getKey());
        entry.getValue().close();
      }
    }
  }

  public void beat() {
    for (StreamFeed feed : List.copyOf(feeds.values())) {
      slices.each(feed.followers(), StreamFollower::beat);
    }
  }

  /** The number of followed streams. */
  public int size() {
    return feeds.size();
  }

  /** The number of followers of those streams of a space that are followed, by path. */
  public Map<String, Integer> followers(String space, Collection<String> paths) {
    Map<String, Integer> sums = new LinkedHashMap<>();
    for (String path : paths) {
      StreamFeed feed = feeds.get(new Key(space, path));
      if (feed != null && feed.size() > 0) {
        sums.put(path, feed.size());
      }
    }
    return sums;
  }

  public void close() {
    closed = true;
    for (StreamFeed feed : List.copyOf(feeds.values())) {
      feed.followers().forEach(StreamFollower::closing);
    }
  }
}
