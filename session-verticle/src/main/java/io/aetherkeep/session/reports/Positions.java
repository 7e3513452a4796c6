package io.aetherkeep.session.reports;

import io.aetherkeep.session.playback.StoredPlayback;
import java.util.ArrayList;
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
public final class Positions {

  /** More sessions than a node can serve; beyond, positions are dropped rather than memory lost. */
  private static final int MOST = 200_000;

  /** A session's name here. */
  public record Who(String space, String session) {}

  /** A report of a position; a position or a seq that is not said stays, or is the next. */
  record Progress(@Nullable String podcast, @Nullable Long positionMs, @Nullable Long seq) {}

  /**
   * What became of it.
   *
   * @param doubtful whether it is late only by what this node remembers of what is played: another
   *     node may know better
   */
  record Taken(StoredPlayback now, boolean late, boolean doubtful) {}

  private record Entry(StoredPlayback playing, long heardAt, long leasedAt) {}

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

  @Nullable StoredPlayback find(Who who) {
    Entry entry = known.get(who);
    return entry == null ? null : entry.playing;
  }

  /** When something was last heard of a session here; nothing where nothing is known of it. */
  @Nullable Long heardAt(Who who) {
    Entry entry = known.get(who);
    return entry == null ? null : entry.heardAt;
  }

  /** What was reported of something that is played; also what is on its way to Redis. */
  @Nullable StoredPlayback reported(Who who) {
    StoredPlayback playing = find(who);
    return playing == null || playing.podcast().isEmpty() ? null : playing;
  }

  /** What Redis says, with the position that waits or is on its way where that is newer. */
  StoredPlayback over(Who who, StoredPlayback stored) {
    StoredPlayback mine = find(who);
    return mine == null ? stored : newer(mine, stored);
  }

  static StoredPlayback newer(StoredPlayback mine, StoredPlayback stored) {
    return mine.seq() > stored.seq() && mine.podcast().equals(stored.podcast())
        ? moved(stored, mine.positionMs(), mine.updatedAt(), mine.seq())
        : stored;
  }

  private static StoredPlayback moved(
      StoredPlayback playing, long positionMs, String when, long seq) {
    return new StoredPlayback(
        playing.podcast(),
        playing.state(),
        positionMs,
        playing.rate(),
        when,
        seq,
        playing.user(),
        playing.connections(),
        playing.lapsedAt());
  }

  /** Learns what Redis says of a session that reports here. */
  void learn(Who who, StoredPlayback stored, long now) {
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
          StoredPlayback before = entry.playing;
          long seq = progress.seq == null ? before.seq() + 1 : progress.seq;
          boolean late = seq <= before.seq();
          boolean other = isOther(before, progress);
          StoredPlayback after = late || other ? before : after(before, progress, when, seq);
          taken[0] = new Taken(after, late || other, other && !late);
          return late || other ? entry : new Entry(after, now, entry.leasedAt);
        });
    if (taken[0] != null && !taken[0].late) {
      waiting.add(who);
    }
    return taken[0];
  }

  /** A report was answered. */
  void count(Who who, Taken taken) {
    Counts of = counts(who.space);
    of.received.increment();
    if (taken.late) {
      of.dropped.increment();
    }
  }

  /** Whether a position is not of what is played. */
  private static boolean isOther(StoredPlayback before, Progress progress) {
    return before.active().isEmpty()
        || (progress.podcast != null && !progress.podcast.equals(before.podcast()));
  }

  private static StoredPlayback after(
      StoredPlayback before, Progress progress, String when, long seq) {
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

  /**
   * Those of a space whose positions wait now: what comes while they are written is not of them.
   */
  List<Who> waitingIn(String space) {
    return waiting.stream().filter(who -> who.space.equals(space)).toList();
  }

  /** Takes a position that waits, to be written; nothing where somebody else did. */
  @Nullable StoredPlayback take(Who who) {
    return waiting.remove(who) ? find(who) : null;
  }

  /** What could not be written waits on, as far as it is still known. */
  void giveBack(Who who) {
    if (known.containsKey(who)) {
      waiting.add(who);
    }
  }

  public void forget(Who who) {
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
