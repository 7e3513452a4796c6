package io.aetherkeep.stream;

import io.aetherkeep.catalogue.StreamListAsks.ReadStreamStats;
import io.aetherkeep.catalogue.StreamListAsks.StreamStats;
import io.aetherkeep.stream.store.Verdict;
import io.aetherkeep.stream.subscription.StreamSubscriptions;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters of stream operations, shared by all event loops of a node. */
final class StreamCounts {

  private static final List<String> CAUSES = List.of("producer", "stopped", "abandoned");

  /** Verdicts that refuse an append. */
  private static final Set<Verdict> REFUSALS =
      EnumSet.of(
          Verdict.UNKNOWN,
          Verdict.GONE,
          Verdict.CLOSED,
          Verdict.STOPPED,
          Verdict.ABANDONED,
          Verdict.FENCED,
          Verdict.EPOCH,
          Verdict.EMPTY,
          Verdict.GAP,
          Verdict.TYPE,
          Verdict.SEQUENCE,
          Verdict.LARGE,
          Verdict.DAMAGED);

  private static final int MOST_PATHS = 100;

  private final Map<String, Counts> spaces = new ConcurrentHashMap<>();

  /** Counters of one space. */
  private static final class Counts {
    final LongAdder appends = new LongAdder();
    final LongAdder repeated = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final Map<String, LongAdder> closed = new TreeMap<>();
    final Map<Verdict, LongAdder> refused = new EnumMap<>(Verdict.class);

    Counts() {
      CAUSES.forEach(cause -> closed.put(cause, new LongAdder()));
      REFUSALS.forEach(verdict -> refused.put(verdict, new LongAdder()));
    }
  }

  private Counts of(String space) {
    return spaces.computeIfAbsent(space, first -> new Counts());
  }

  void appended(String space, int bytes) {
    Counts counts = of(space);
    counts.appends.increment();
    counts.bytes.add(bytes);
  }

  void repeated(String space) {
    of(space).repeated.increment();
  }

  void closed(String space, String cause) {
    LongAdder count = of(space).closed.get(cause);
    if (count != null) {
      count.increment();
    }
  }

  void refused(String space, Verdict verdict) {
    LongAdder count = of(space).refused.get(verdict);
    if (count != null) {
      count.increment();
    }
  }

  Future<StreamStats> read(
      ReadStreamStats ask,
      StreamChannelSubscriptions follows,
      StreamSubscriptions.Node subscribed) {
    List<String> paths = follows.paths(ask.space());
    Counts counts = of(ask.space());
    Map<String, Long> closed = new TreeMap<>();
    counts.closed.forEach((cause, count) -> closed.put(cause, count.sum()));
    Map<String, Long> refused = new TreeMap<>();
    counts.refused.forEach(
        (verdict, count) -> refused.put(verdict.name().toLowerCase(Locale.ROOT), count.sum()));
    return Future.succeededFuture(
        new StreamStats(
            ask.space(),
            counts.appends.sum(),
            counts.repeated.sum(),
            counts.bytes.sum(),
            closed,
            refused,
            paths.size(),
            paths.size() > MOST_PATHS ? paths.subList(0, MOST_PATHS) : paths,
            subscribed.size(ask.space()),
            subscribed.wakes(ask.space())));
  }
}
