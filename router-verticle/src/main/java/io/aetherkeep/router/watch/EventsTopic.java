package io.aetherkeep.router.watch;

import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.aetherkeep.router.watch.topic.WatchedTopic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Topic of a space's events of some types, from all nodes: it delivers each event after the start
 * of the watch. It has no current value; a gap reports that events may be lost. A slow watcher has
 * a bounded queue, and receives the number of dropped events.
 */
final class EventsTopic implements WatchedTopic {

  private final TopicName name;
  private final Set<WebhookEvent> types;
  private final Slices slices;
  private final Consumer<EventsTopic> empty;
  private final Map<TopicWatcher, EventQueue> queues = new LinkedHashMap<>();

  /**
   * Creates a topic without watchers.
   *
   * @param empty called when the last watcher has left
   */
  EventsTopic(TopicName name, Slices slices, Consumer<EventsTopic> empty) {
    this.name = name;
    this.types = name.eventTypes();
    this.slices = slices;
    this.empty = empty;
  }

  @Override
  public TopicName name() {
    return name;
  }

  boolean wants(String space, WebhookEvent type) {
    return types.contains(type) && name.space().equals(space);
  }

  @Override
  public void join(TopicWatcher watcher, @Nullable String after) {
    queues.put(watcher, new EventQueue(name, watcher));
    watcher.begun(false, after == null ? List.of() : List.of(SharedFrame.gap(name)));
  }

  void publish(String offset, Document event) {
    send(SharedFrame.change(name, offset, event, true));
  }

  void missed() {
    send(SharedFrame.gap(name));
  }

  private void send(SharedFrame frame) {
    slices.each(
        queues.keySet(),
        watcher -> {
          EventQueue queue = queues.get(watcher);
          if (queue != null) {
            queue.add(frame);
          }
        });
  }

  @Override
  public void resume(TopicWatcher watcher) {
    EventQueue queue = queues.get(watcher);
    if (queue != null) {
      queue.flush();
    }
  }

  @Override
  public void leave(TopicWatcher watcher) {
    queues.remove(watcher);
    if (queues.isEmpty()) {
      empty.accept(this);
    }
  }

  /** Reads nothing: there is no value. */
  @Override
  public void poll() {}

  @Override
  public List<TopicWatcher> watchers() {
    return List.copyOf(queues.keySet());
  }
}
