package io.aetherkeep.lab.client;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/** Counts of a trial's requests by their outcome, since the fault began. */
public final class RequestCounts {

  /** Outcome of a request. */
  public enum Fate {
    REDIS,
    NEAR,
    MEMORY,
    KEPT,
    UNAVAILABLE,
    OVERLOADED,
    REFUSED,
    BROKEN,
    WRONG
  }

  private static final int MOST_NOTES = 20;

  private final Map<Fate, LongAdder> fates = new ConcurrentSkipListMap<>();
  private final LongAccumulator slowest = new LongAccumulator(Long::max, 0);
  private final Queue<String> notes = new ConcurrentLinkedQueue<>();
  private final Set<Long> troubled = ConcurrentHashMap.newKeySet();
  private volatile boolean counting;
  private volatile boolean over;

  public void begin() {
    counting = true;
  }

  /** Marks the end of the load; later requests only check its results. */
  public void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  void count(String what, Answer answer) {
    Fate fate = fate(answer);
    if (fate == Fate.WRONG) {
      note(what + ": " + answer.status() + " " + answer.body());
    }
    if (fate == Fate.UNAVAILABLE || fate == Fate.MEMORY) {
      troubled.add(second(System.nanoTime()));
    }
    if (counting) {
      fates.computeIfAbsent(fate, first -> new LongAdder()).increment();
      if (fate != Fate.BROKEN) {
        slowest.accumulate(answer.millis());
      }
    }
  }

  private static long second(long nanos) {
    return nanos / 1_000_000_000;
  }

  /** Whether Redis answered all requests around a time, so that each node received its events. */
  boolean wasCalm(long nanos) {
    long second = second(nanos);
    return LongStream.rangeClosed(second - 2, second + 2).noneMatch(troubled::contains);
  }

  private static Fate fate(Answer answer) {
    return switch (answer.status()) {
      case 0 -> Fate.BROKEN;
      case 202 -> Fate.KEPT;
      case 503 -> hasRetry(answer) ? Fate.UNAVAILABLE : Fate.WRONG;
      case 429 -> hasRetry(answer) ? Fate.OVERLOADED : Fate.WRONG;
      case 404, 409, 410, 412 -> Fate.REFUSED;
      default -> answer.isGood() ? source(answer) : Fate.WRONG;
    };
  }

  private static boolean hasRetry(Answer answer) {
    return !answer.header("Retry-After").isEmpty();
  }

  private static Fate source(Answer answer) {
    if (answer.isFromMemory()) {
      return Fate.MEMORY;
    }
    return answer.header("Cache-Status").contains("detail=near") ? Fate.NEAR : Fate.REDIS;
  }

  /** Notes something wrong, up to a limit. */
  public void note(String what) {
    if (notes.size() < MOST_NOTES) {
      notes.add(what);
    }
  }

  public Queue<String> notes() {
    return notes;
  }

  public long of(Fate fate) {
    LongAdder count = fates.get(fate);
    return count == null ? 0 : count.sum();
  }

  public long attemptCount() {
    return fates.values().stream().mapToLong(LongAdder::sum).sum();
  }

  public long slowest() {
    return slowest.get();
  }

  public Map<Fate, Long> all() {
    Map<Fate, Long> all = new TreeMap<>();
    fates.forEach((fate, count) -> all.put(fate, count.sum()));
    return all;
  }
}
