package io.aetherkeep.session;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions play that report to this node, the newest position of each: one memory for all
 * its event loops. What is new in it waits to be written.
 */
final class Positions {

  /** More sessions than a node can serve; beyond, positions are dropped rather than memory lost. */
  private static final int MOST = 200_000;

  /** A session's name here. */
  record Who(String space, String session) {}

  /** A report of a position; a position or a seq that is not said stays, or is the next. */
  record Progress(@Nullable String podcast, @Nullable Long positionMs, @Nullable Long seq) {}

  /** What became of it. */
  record Taken(Playing now, boolean late) {}

  private record Entry(Playing playing, long heardAt, long leasedAt) {}

  private final Map<Who, Entry> known = new ConcurrentHashMap<>();
  private final Set<Who> waiting = ConcurrentHashMap.newKeySet();
  private final Map<String, Counts> counts = new ConcurrentHashMap<>();

  /** What came in of a space. */
  static final class Counts {
    final LongAdder received = new LongAdder();
    final LongAdder written = new LongAdder();
    final LongAdder dropped = new LongAdder();
  }

  Counts counts(String space) {
    return counts.computeIfAbsent(space, first -> new Counts());
  }

  @Nullable Playing find(Who who) {
    Entry entry = known.get(who);
    return entry == null ? null : entry.playing;
  }

  /** The position that is not written yet, if there is one. */
  @Nullable Playing waiting(Who who) {
    return waiting.contains(who) ? find(who) : null;
  }

  /** What Redis says, with the position that waits where that is newer. */
  Playing over(Who who, Playing stored) {
    Playing mine = waiting(who);
    return mine == null ? stored : newer(mine, stored);
  }

  static Playing newer(Playing mine, Playing stored) {
    return mine.seq() > stored.seq() && mine.podcast().equals(stored.podcast())
        ? moved(stored, mine.positionMs(), mine.updatedAt(), mine.seq())
        : stored;
  }

  private static Playing moved(Playing playing, long positionMs, String when, long seq) {
    return new Playing(
        playing.podcast(),
        playing.state(),
        positionMs,
        playing.rate(),
        when,
        seq,
        playing.user(),
        playing.connections());
  }

  /** Learns what Redis says of a session that reports here. */
  void learn(Who who, Playing stored, long now) {
    known.compute(
        who,
        (key, entry) -> {
          if (entry == null) {
            return known.size() < MOST ? new Entry(stored, now, 0) : null;
          }
          return new Entry(newer(entry.playing, stored), now, entry.leasedAt);
        });
  }

  /** Takes a position, unless nothing is known of the session. */
  @Nullable Taken report(Who who, Progress progress, String when, long now) {
    Taken[] taken = new Taken[1];
    known.computeIfPresent(
        who,
        (key, entry) -> {
          Playing before = entry.playing;
          Playing after = after(before, progress, when);
          taken[0] = new Taken(after == null ? before : after, after == null);
          return after == null ? entry : new Entry(after, now, entry.leasedAt);
        });
    if (taken[0] != null) {
      count(who, taken[0].late);
    }
    return taken[0];
  }

  private void count(Who who, boolean late) {
    Counts of = counts(who.space);
    of.received.increment();
    if (late) {
      of.dropped.increment();
    } else {
      waiting.add(who);
    }
  }

  /** Nothing where it came too late: something newer was said, or that is not what is played. */
  private static @Nullable Playing after(Playing before, Progress progress, String when) {
    long seq = progress.seq == null ? before.seq() + 1 : progress.seq;
    boolean other = progress.podcast != null && !progress.podcast.equals(before.podcast());
    if (before.active().isEmpty() || other || seq <= before.seq()) {
      return null;
    }
    long position = progress.positionMs == null ? before.positionMs() : progress.positionMs;
    return moved(before, position, when, seq);
  }

  /** Whether a session's lease is to be renewed, which is then taken to be done. */
  boolean leaseDue(Who who, long now, long every) {
    Entry entry = known.get(who);
    return entry != null
        && entry.playing.isHeard()
        && now - entry.leasedAt >= every
        && known.replace(who, entry, new Entry(entry.playing, entry.heardAt, now));
  }

  void leased(Who who, long now) {
    known.computeIfPresent(who, (key, entry) -> new Entry(entry.playing, entry.heardAt, now));
  }

  /** Takes some of what waits in a space, to be written. */
  Map<Who, Playing> take(String space, int most) {
    Map<Who, Playing> taken = new LinkedHashMap<>();
    for (Iterator<Who> all = waiting.iterator(); all.hasNext() && taken.size() < most; ) {
      Who who = all.next();
      if (who.space.equals(space)) {
        all.remove();
        Playing playing = find(who);
        if (playing != null) {
          taken.put(who, playing);
        }
      }
    }
    return taken;
  }

  /** What could not be written waits on, as far as it is still known. */
  void giveBack(Who who) {
    if (known.containsKey(who)) {
      waiting.add(who);
    }
  }

  void forget(Who who) {
    known.remove(who);
    waiting.remove(who);
  }

  /** Forgets those of whom nothing was heard since a time, and nothing waits. */
  void forgetBefore(long time) {
    List<Who> old = new ArrayList<>();
    known.forEach(
        (who, entry) -> {
          if (entry.heardAt < time && !waiting.contains(who)) {
            old.add(who);
          }
        });
    old.forEach(known::remove);
  }
}
