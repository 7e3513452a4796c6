package io.aetherkeep.router.watch;

import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replay buffer of a status: the present status and the last changes before it. */
final class ReplayBuffer {

  /** Number of changes kept; reconnecting clients rarely missed more. */
  private static final int REMEMBERED = 32;

  /** Limit of their bytes; the newest change is always kept. */
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

  /** Returns the present status, if known. */
  @Nullable Status last() {
    return last;
  }

  /** Returns the newest change for watchers that have seen the one before. */
  SharedFrame newest() {
    return recent.getLast();
  }

  /** Returns the present status for new watchers, encoded once for all of them. */
  List<SharedFrame> present() {
    return present;
  }

  /** Returns the changes after an offset, or null if the buffer does not reach back that far. */
  @Nullable List<SharedFrame> since(String offset) {
    if (last != null && offset.equals(last.offset())) {
      return List.of();
    }
    List<SharedFrame> since = null;
    for (SharedFrame change : recent) {
      if (since != null) {
        since.add(change);
      } else if (change.follows(offset)) {
        since = new ArrayList<>(List.of(change));
      }
    }
    return since;
  }

  /**
   * Returns the statuses that were read, followed by the changes that arrived since the read.
   *
   * @param asked the statuses read from Redis
   */
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
