package io.aetherkeep.router.watch;

import io.aetherkeep.catalogue.StatusAsks.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a topic remembers: the present status, and the last that led to it. */
final class StatusPast {

  /** What reconnecting clients have usually missed. */
  private static final int REMEMBERED = 32;

  /** What they may take together: the newest is always remembered. */
  private static final int MOST_BYTES = 256 << 10;

  private final Deque<StatusNews> recent = new ArrayDeque<>();
  private List<StatusNews> present = List.of();
  private long bytes;

  void add(StatusNews news) {
    present = List.of(new StatusNews(news.status(), true));
    recent.addLast(news);
    bytes += news.status().document().length();
    while (recent.size() > 1 && (recent.size() > REMEMBERED || bytes > MOST_BYTES)) {
      bytes -= recent.removeFirst().status().document().length();
    }
  }

  /** The present status, if one is known yet. */
  @Nullable Status last() {
    return present.isEmpty() ? null : present.get(0).status();
  }

  /** The present status as it is told to whoever comes, once for all of them. */
  List<StatusNews> present() {
    return present;
  }

  /** What came after a place, if that is remembered. */
  @Nullable List<StatusNews> since(String place) {
    Status last = last();
    if (last != null && place.equals(last.offset())) {
      return List.of();
    }
    List<StatusNews> since = null;
    for (StatusNews news : recent) {
      if (since != null) {
        since.add(news);
      } else if (place.equals(news.status().previous())) {
        since = new ArrayList<>(List.of(news));
      }
    }
    return since;
  }

  /** What was asked for elsewhere, and what has come since that was asked. */
  List<StatusNews> after(List<StatusNews> asked) {
    Status last = last();
    if (last == null || asked.isEmpty()) {
      return asked;
    }
    String reached = asked.get(asked.size() - 1).status().offset();
    List<StatusNews> later = last.isAfter(reached) ? since(reached) : List.of();
    if (later == null) {
      return List.of(new StatusNews(last, false));
    }
    List<StatusNews> both = new ArrayList<>(asked);
    both.addAll(later);
    return both;
  }
}
