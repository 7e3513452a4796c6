package io.aetherkeep.router.watch;

import io.aetherkeep.catalogue.StatusAsks.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replay buffer of a status: the present one, and the last changes that led to it. */
final class ReplayBuffer {

  /** What reconnecting clients have usually missed. */
  private static final int REMEMBERED = 32;

  /** What they may take together: the newest is always remembered. */
  private static final int MOST_BYTES = 256 << 10;

  private final TopicName name;
  private final Deque<SharedFrame> recent = new ArrayDeque<>();
  private List<SharedFrame> present = List.of();
  private @Nullable Status last;
  private long bytes;

  ReplayBuffer(TopicName name) {
    this.name = name;
  }

  void add(Status status, boolean recovered) {
    last = status;
    present = List.of(SharedFrame.of(name, status, true));
    recent.addLast(recovered ? present.get(0) : SharedFrame.of(name, status, false));
    bytes += status.document().length();
    while (recent.size() > 1 && (recent.size() > REMEMBERED || bytes > MOST_BYTES)) {
      bytes -= recent.removeFirst().length();
    }
  }

  /** The present status, if one is known yet. */
  @Nullable Status last() {
    return last;
  }

  /** The newest change as it is told to those who knew the one before. */
  SharedFrame newest() {
    return recent.getLast();
  }

  /** The present status as it is told to whoever comes, once for all of them. */
  List<SharedFrame> present() {
    return present;
  }

  /** What came after a place, if that is remembered. */
  @Nullable List<SharedFrame> since(String place) {
    if (last != null && place.equals(last.offset())) {
      return List.of();
    }
    List<SharedFrame> since = null;
    for (SharedFrame change : recent) {
      if (since != null) {
        since.add(change);
      } else if (change.follows(place)) {
        since = new ArrayList<>(List.of(change));
      }
    }
    return since;
  }

  /** What was asked for elsewhere, and what has come since that was asked. */
  List<SharedFrame> after(List<SharedFrame> asked) {
    Status newest = last;
    if (newest == null || asked.isEmpty()) {
      return asked;
    }
    String reached = asked.get(asked.size() - 1).offset();
    List<SharedFrame> later = newest.isAfter(reached) ? since(reached) : List.of();
    if (later == null) {
      return List.of(SharedFrame.of(name, newest, false));
    }
    List<SharedFrame> both = new ArrayList<>(asked);
    both.addAll(later);
    return both;
  }
}
