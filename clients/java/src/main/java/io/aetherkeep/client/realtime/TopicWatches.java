package io.aetherkeep.client.realtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Watched topics, each with the offset to resume from. Used by one thread. */
final class TopicWatches {

  private static final System.Logger LOG = System.getLogger(TopicWatches.class.getName());

  /** Watchers of a topic, and its last value. */
  static final class Watch {
    private final List<Consumer<TopicUpdate>> watchers = new CopyOnWriteArrayList<>();
    private @Nullable TopicUpdate last;

    /** Whether the node refused it, and it is not sent again yet. */
    private boolean refused;

    void setRefused(boolean refused) {
      this.refused = refused;
    }

    boolean isRefused() {
      return refused;
    }

    @Nullable String offset() {
      return last == null ? null : last.offset();
    }
  }

  private final Map<String, Watch> topics = new LinkedHashMap<>();

  /** Adds a watcher; returns whether it is the first of its topic. */
  boolean add(String topic, Consumer<TopicUpdate> watcher) {
    Watch watch = topics.get(topic);
    boolean first = watch == null;
    if (watch == null) {
      watch = new Watch();
      topics.put(topic, watch);
    }
    watch.watchers.add(watcher);
    if (watch.last != null) {
      give(watcher, watch.last);
    }
    return first;
  }

  /** Removes a watcher; returns its watch if it was the last of its topic, else null. */
  @Nullable Watch remove(String topic, Consumer<TopicUpdate> watcher) {
    Watch watch = topics.get(topic);
    if (watch == null || !watch.watchers.remove(watcher) || !watch.watchers.isEmpty()) {
      return null;
    }
    topics.remove(topic);
    return watch;
  }

  Map<String, Watch> all() {
    return topics;
  }

  boolean has(String topic) {
    return topics.containsKey(topic);
  }

  void give(TopicUpdate update) {
    Watch watch = topics.get(update.topic());
    if (watch != null) {
      watch.last = update;
      if (update.error() != null) {
        topics.remove(update.topic());
      }
      watch.watchers.forEach(watcher -> give(watcher, update));
    }
  }

  private static void give(Consumer<TopicUpdate> watcher, TopicUpdate update) {
    try {
      watcher.accept(update);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "A watcher of " + update.topic() + " failed", e);
    }
  }
}
