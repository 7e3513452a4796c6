package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches of one socket, by the topic's name. Streams take turns to read, as they share its room.
 */
final class SocketWatches {

  private final Map<String, SocketWatch> byTopic = new LinkedHashMap<>(4);

  /** Watches whose values wait for room, in the order in which they began to wait. */
  private final Set<SocketWatch> waiting = new LinkedHashSet<>(0);

  /** The watch that reads a part of its stream now. */
  private @Nullable SocketWatch reading;

  int size() {
    return byTopic.size();
  }

  boolean has(String topic) {
    return byTopic.containsKey(topic);
  }

  /** Returns the first topics, at most {@code most}. */
  List<String> topics(int most) {
    return byTopic.keySet().stream().limit(most).toList();
  }

  /** Adds a watch, or refuses it if there are {@code most}. */
  void add(String topic, SocketWatch watch, int most) {
    if (byTopic.size() >= most) {
      throw Failure.of(Code.TOO_MANY_TOPICS, "A socket watches at most " + most + " topics");
    }
    byTopic.put(topic, watch);
  }

  @Nullable SocketWatch remove(String topic) {
    SocketWatch watch = byTopic.remove(topic);
    if (watch != null) {
      waiting.remove(watch);
    }
    return watch;
  }

  /** Removes a watch; returns false if it was removed before. */
  boolean remove(String topic, SocketWatch watch) {
    waiting.remove(watch);
    return byTopic.remove(topic, watch);
  }

  /** Lets a watch wait for room. */
  void await(SocketWatch watch) {
    waiting.add(watch);
  }

  /** Ends the wait of a watch whose values are sent now. */
  void endWait(SocketWatch watch) {
    waiting.remove(watch);
  }

  int waitingValues() {
    return waiting.size();
  }

  int waitingBytes() {
    return waiting.stream().mapToInt(SocketWatch::waitingBytes).sum();
  }

  /** Resumes the watches that wait for room: first those with values, one after the other. */
  void resume(SocketWriter writer) {
    while (!waiting.isEmpty() && writer.hasRoom()) {
      SocketWatch first = waiting.iterator().next();
      if (!first.sendNext()) {
        waiting.remove(first);
      }
    }
    List.copyOf(byTopic.values()).forEach(SocketWatch::resume);
  }

  /** Whether a watch may read now; its turn lasts until {@link #hasRead}. */
  boolean mayRead(SocketWatch watch) {
    if (reading == null) {
      reading = watch;
    }
    return reading == watch;
  }

  /** Ends a watch's turn to read and gives the others theirs. */
  void hasRead(SocketWatch watch) {
    if (reading != watch) {
      return;
    }
    reading = null;
    List<SocketWatch> all = List.copyOf(byTopic.values());
    int after = all.indexOf(watch) + 1;
    for (int i = 0; i < all.size() && reading == null; i++) {
      all.get((after + i) % all.size()).resume();
    }
  }

  /** Ends all watches. */
  void leave() {
    byTopic.values().forEach(SocketWatch::leave);
  }
}
