package io.aetherkeep.router.realtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a slow reader, in order. Of a topic of which only the newest value counts, one
 * waits at most: a newer one takes its place.
 */
final class Outbox {

  private static final class Entry {
    private final @Nullable String topic;
    private byte[] frame;

    Entry(@Nullable String topic, byte[] frame) {
      this.topic = topic;
      this.frame = frame;
    }
  }

  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final Map<String, Entry> latest = new HashMap<>();
  private int size;

  void add(byte[] frame) {
    add(new Entry(null, frame));
  }

  /** Adds a newest value, and says whether it took another's place. */
  boolean addLatest(String topic, byte[] frame) {
    Entry older = latest.get(topic);
    if (older != null) {
      size += frame.length - older.frame.length;
      older.frame = frame;
      return true;
    }
    Entry entry = new Entry(topic, frame);
    latest.put(topic, entry);
    add(entry);
    return false;
  }

  private void add(Entry entry) {
    waiting.addLast(entry);
    size += entry.frame.length;
  }

  /** The next to be sent, if any waits. */
  byte @Nullable [] poll() {
    Entry next = waiting.pollFirst();
    if (next == null) {
      return null;
    }
    if (next.topic != null) {
      latest.remove(next.topic);
    }
    size -= next.frame.length;
    return next.frame;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whether more waits than may; a single one may be of any length. */
  boolean exceeds(int limit) {
    return size > limit && waiting.size() > 1;
  }
}
