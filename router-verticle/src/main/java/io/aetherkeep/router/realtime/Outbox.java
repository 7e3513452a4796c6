package io.aetherkeep.router.realtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Outbound queue of a slow reader. A topic of which only the latest value counts has one entry at
 * most: a newer value replaces it.
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

  /** Adds a latest value; returns whether it replaced an older one. */
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

  /** Removes and returns the next frame, or null if the queue is empty. */
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

  int count() {
    return waiting.size();
  }

  int bytes() {
    return size;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whether the queue is over its limit; a single frame may be of any size. */
  boolean exceeds(int limit) {
    return size > limit && waiting.size() > 1;
  }
}
