package io.aetherkeep.router.realtime;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Outbound queue of a slow reader. */
final class Outbox {

  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private int size;

  void add(byte[] frame) {
    waiting.addLast(frame);
    size += frame.length;
  }

  /** Removes and returns the next frame, or null if the queue is empty. */
  byte @Nullable [] poll() {
    byte[] next = waiting.pollFirst();
    size -= next == null ? 0 : next.length;
    return next;
  }

  int count() {
    return waiting.size();
  }

  int bytes() {
    return size;
  }

  /** Whether the queue is over its limit; a single frame may be of any size. */
  boolean exceeds(int limit) {
    return size > limit && waiting.size() > 1;
  }
}
