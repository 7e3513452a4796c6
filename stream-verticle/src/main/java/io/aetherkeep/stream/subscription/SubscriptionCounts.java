package io.aetherkeep.stream.subscription;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters of the wakes of subscriptions, shared by the event loops of a node. */
final class SubscriptionCounts {

  /** Result of a step of a wake. */
  enum WakeResult {
    /** The receiver of a webhook accepted it. */
    DELIVERED,
    /** The receiver did not accept it, and it is retried. */
    FAILED,
    /** It was appended to its stream of wakes. */
    ANNOUNCED,
    /** The append to the stream of wakes failed, and is retried. */
    UNANNOUNCED,
    /** A worker claimed it. */
    CLAIMED,
    /** An ack came too late. */
    FENCED
  }

  private final Map<String, Map<WakeResult, LongAdder>> spaces = new ConcurrentHashMap<>();

  private Map<WakeResult, LongAdder> of(String space) {
    return spaces.computeIfAbsent(
        space,
        first -> {
          Map<WakeResult, LongAdder> counts = new EnumMap<>(WakeResult.class);
          for (WakeResult result : WakeResult.values()) {
            counts.put(result, new LongAdder());
          }
          return counts;
        });
  }

  void count(String space, WakeResult result) {
    LongAdder count = of(space).get(result);
    if (count != null) {
      count.increment();
    }
  }

  Map<String, Long> sums(String space) {
    Map<String, Long> sums = new TreeMap<>();
    of(space)
        .forEach((result, count) -> sums.put(result.name().toLowerCase(Locale.ROOT), count.sum()));
    return sums;
  }
}
