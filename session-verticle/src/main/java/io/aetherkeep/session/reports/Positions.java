package io.aetherkeep.session.reports;

import io.aetherkeep.session.playback.StoredPlayback;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Playback of the sessions that report to this node, with the newest position of each. All event
 * loops share it. Changed positions are pending until they are written.
 */
public final class Positions {

  /** Limit of sessions. Beyond it positions are dropped, so that memory stays bounded. */
  private static final int MOST = 200_000;

  /** A session of a space. */
  public record Who(String space, String session) {}

  /** Reported position; null keeps the podcast and the position, and uses the next seq. */
  record Progress(@Nullable String podcast, @Nullable Long positionMs, @Nullable Long seq) {}

  /**
   * Result of a report.
   *
   * @param doubtful whether it seems late only because this node may not know the current podcast
   */
  record Taken(StoredPlayback now, boolean late, boolean doubtful) {}

  /**
   * Playback of a session.
   *
   * @param storedSeq seq of the last stored playback learned, without positions reported since
   * @param learned moment at which that was learned
   */
  private record Entry(
      StoredPlayback playing, long storedSeq, long learned, long refreshedAt, long leasedAt) {

    Entry at(StoredPlayback position, long now) {
      return new Entry(position, storedSeq, learned, now, leasedAt);
    }

    Entry leased(long now) {
      return new Entry(playing, storedSeq, learned, refreshedAt, now);
    }
  }

  private final Map<Who, Entry> known = new ConcurrentHashMap<>();
  private final Set<Who> waiting = ConcurrentHashMap.newKeySet();
  private final Map<String, Counts> counts = new ConcurrentHashMap<>();
  private final AtomicLong moments = new AtomicLong();

  /** Counters of a space's reports. */
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

  /** When a session's playback was last reported or read here; null where it is unknown. */
  @Nullable Long refreshedAt(Who who) {
    Entry entry = known.get(who);
    return entry == null ? null : entry.refreshedAt;
  }

  /** The reported playback of a session, including a position on its way to Redis. */
  @Nullable StoredPlayback reported(Who who) {
    StoredPlayback playing = find(who);
    return playing == null || playing.podcast().isEmpty() ? null : playing;
  }

  /** The stored playback, with the pending position where that is newer. */
  StoredPlayback withReported(Who who, StoredPlayback stored) {
    StoredPlayback reported = find(who);
    return reported == null ? stored : newer(reported, stored);
  }

  static StoredPlayback newer(StoredPlayback reported, StoredPlayback stored) {
    return reported.seq() > stored.seq() && reported.podcast().equals(stored.podcast())
        ? atPosition(stored, reported.positionMs(), reported.updatedAt(), reported.seq())
        : stored;
  }

  private static StoredPlayback atPosition(
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

  /**
   * Present moment, taken before Redis is asked: event loops have connections of their own, so that
   * replies can overtake each other.
   */
  long moment() {
    return moments.get();
  }

  /** Remembers stored playback, asked for at a moment, of a session that reports here. */
  void learn(Who who, StoredPlayback stored, long asked, long now) {
    known.compute(
        who,
        (key, entry) -> {
          if (entry == null) {
            return known.size() < MOST
                ? new Entry(stored, stored.seq(), moments.incrementAndGet(), now, 0)
                : null;
          }
          return learned(entry, stored, asked, now);
        });
  }

  /** Updates the stored playback of a session, unless it was forgotten, as when it has ended. */
  void refresh(Who who, StoredPlayback stored, long asked, long now) {
    known.computeIfPresent(who, (key, entry) -> learned(entry, stored, asked, now));
  }

  private Entry learned(Entry entry, StoredPlayback stored, long asked, long now) {
    boolean overtaken = entry.learned > asked && entry.storedSeq > stored.seq();
    return overtaken
        ? entry
        : new Entry(
            newer(entry.playing, stored),
            stored.seq(),
            moments.incrementAndGet(),
            now,
            entry.leasedAt);
  }

  /** Takes a position, unless the session is unknown; answers null then. */
  @Nullable Taken report(Who who, Progress progress, String when, long now) {
    Taken[] taken = new Taken[1];
    known.computeIfPresent(
        who,
        (key, entry) -> {
          StoredPlayback before = entry.playing;
          long seq = progress.seq == null ? before.seq() + 1 : progress.seq;
          boolean late = seq <= before.seq();
          boolean other = isOtherPodcast(before, progress);
          StoredPlayback after = late || other ? before : after(before, progress, when, seq);
          taken[0] = new Taken(after, late || other, other && !late);
          return late || other ? entry : entry.at(after, now);
        });
    if (taken[0] != null && !taken[0].late) {
      waiting.add(who);
    }
    return taken[0];
  }

  /** Counts an answered report. */
  void count(Who who, Taken taken) {
    Counts of = counts(who.space);
    of.received.increment();
    if (taken.late) {
      of.dropped.increment();
    }
  }

  /** Whether a position belongs to another podcast. */
  private static boolean isOtherPodcast(StoredPlayback before, Progress progress) {
    return before.active().isEmpty()
        || (progress.podcast != null && !progress.podcast.equals(before.podcast()));
  }

  private static StoredPlayback after(
      StoredPlayback before, Progress progress, String when, long seq) {
    long position = progress.positionMs == null ? before.positionMs() : progress.positionMs;
    return atPosition(before, position, when, seq);
  }

  /** Whether a session's lease is due for renewal; it then counts as renewed. */
  boolean leaseDue(Who who, long now, long every) {
    Entry entry = known.get(who);
    return entry != null
        && entry.playing.isPlaying()
        && now - entry.leasedAt >= every
        && known.replace(who, entry, entry.leased(now));
  }

  void leased(Who who, long now) {
    known.computeIfPresent(who, (key, entry) -> entry.leased(now));
  }

  /** Snapshot of the sessions of a space with a pending position. */
  List<Who> waitingIn(String space) {
    return waiting.stream().filter(who -> who.space.equals(space)).toList();
  }

  /** Takes a pending position for writing; null where another writer took it. */
  @Nullable StoredPlayback take(Who who) {
    return waiting.remove(who) ? find(who) : null;
  }

  /** Makes a position pending again that could not be written, if the session is still known. */
  void release(Who who) {
    if (known.containsKey(who)) {
      waiting.add(who);
    }
  }

  public void forget(Who who) {
    known.remove(who);
    waiting.remove(who);
  }

  /** Forgets a session without stored playback, unless some was learned since a moment. */
  void forget(Who who, long asked) {
    known.computeIfPresent(
        who,
        (key, entry) -> {
          if (entry.learned > asked) {
            return entry;
          }
          waiting.remove(who);
          return null;
        });
  }

  /** Forgets sessions without reports since a time and without a pending position. */
  void forgetBefore(long time) {
    known.forEach(
        (who, entry) -> {
          if (entry.refreshedAt < time && !waiting.contains(who)) {
            // Only this entry: another event loop may have taken a report since.
            known.remove(who, entry);
          }
        });
  }
}
