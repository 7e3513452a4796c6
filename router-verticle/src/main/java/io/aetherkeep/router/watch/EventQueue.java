package io.aetherkeep.router.watch;

import io.aetherkeep.document.Document;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bounded queue of events for one watcher. While it is full, further events are dropped and
 * counted; one event with their number follows the queued ones.
 */
final class EventQueue {

  private static final int MOST = 1000;
  private static final int MOST_BYTES = 1 << 20;

  private final TopicName name;
  private final TopicWatcher watcher;
  private final Deque<SharedFrame> waiting = new ArrayDeque<>();
  private int bytes;
  private long dropped;

  EventQueue(TopicName name, TopicWatcher watcher) {
    this.name = name;
    this.watcher = watcher;
  }

  void add(SharedFrame frame) {
    flush();
    if (waiting.isEmpty() && dropped == 0 && watcher.hasRoom()) {
      watcher.receive(frame);
    } else if (dropped == 0 && waiting.size() < MOST && bytes < MOST_BYTES) {
      waiting.add(frame);
      bytes += frame.length();
    } else {
      dropped++;
    }
  }

  /** Sends queued events while the watcher has room. */
  void flush() {
    while (!waiting.isEmpty() && watcher.hasRoom()) {
      SharedFrame next = waiting.remove();
      bytes -= next.length();
      watcher.receive(next);
    }
    if (waiting.isEmpty() && dropped > 0 && watcher.hasRoom()) {
      Document count = SpaceEvents.dropped(dropped);
      dropped = 0;
      watcher.receive(SharedFrame.change(name, SharedFrame.NOTHING, count, false));
    }
  }
}
