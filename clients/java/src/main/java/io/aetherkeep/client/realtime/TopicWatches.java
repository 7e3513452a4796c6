package io.aetherkeep.client.realtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Watched topics, each with the offset to resume from. Used by one thread. */
final class TopicWatches {

  private static final System.Logger LOG = System.getLogger(TopicWatches.class.getName());

  /** Topics that deliver each change and have no current value. */
  private static final Pattern WITHOUT_VALUE = Pattern.compile("events/.*|status/[^/]+/\\*");

  private static final String NOTHING = "none";

  /** Watchers of a topic, its offset and its current value. */
  static final class Watch {
    private final boolean isWithoutValue;
    private final List<Consumer<TopicUpdate>> watchers = new CopyOnWriteArrayList<>();
    private @Nullable TopicUpdate last;

    /** The first value for a watcher that joins; null for a topic that has none. */
    private @Nullable TopicUpdate current;

    /** Whether the node refused it, and it is not sent again yet. */
    private boolean refused;

    /** Whether the node has answered it: it reports changes that are lost from then on. */
    private boolean begun;

    Watch(String topic) {
      isWithoutValue = WITHOUT_VALUE.matcher(topic).matches();
    }

    void setRefused(boolean refused) {
      this.refused = refused;
    }

    boolean isRefused() {
      return refused;
    }

    void setBegun() {
      begun = true;
    }

    /** Returns the offset to resume from, which is {@code none} before the first change. */
    @Nullable String offset() {
      boolean none = begun && isWithoutValue;
      return last != null ? last.offset() : none ? NOTHING : null;
    }
  }

  private final Map<String, Watch> topics = new LinkedHashMap<>();

  /** Adds a watcher; returns whether it is the first of its topic. */
  boolean add(String topic, Consumer<TopicUpdate> watcher) {
    Watch watch = topics.get(topic);
    boolean first = watch == null;
    if (watch == null) {
      watch = new Watch(topic);
      topics.put(topic, watch);
    }
    watch.watchers.add(watcher);
    if (watch.current != null) {
      give(watcher, watch.current);
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
      watch.current = watch.isWithoutValue ? null : HistoryTail.after(watch.current, update);
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
