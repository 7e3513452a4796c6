package io.aetherkeep.cache;

import io.aetherkeep.catalogue.CacheAsks.InvalidateEntries;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Invalidations that Redis could not take, in the order in which they came, to be made when it is
 * back. Bounded: of too many the oldest are given up, and counted.
 */
final class PendingInvalidations {

  private static final System.Logger LOG = System.getLogger(PendingInvalidations.class.getName());

  private final int most;
  private final ArrayDeque<InvalidateEntries> waiting = new ArrayDeque<>();
  private boolean replaying;
  private long givenUp;

  PendingInvalidations(int most) {
    this.most = most;
  }

  synchronized void add(InvalidateEntries what) {
    waiting.remove(what);
    waiting.add(what);
    if (waiting.size() > most) {
      waiting.remove();
      if (givenUp++ == 0) {
        LOG.log(System.Logger.Level.WARNING, "More than {0} invalidations wait for Redis", most);
      }
    }
  }

  /** An entry was written after it was to be removed: the newest wins. */
  synchronized void written(String space, String keyspace, String id) {
    if (waiting.isEmpty()) {
      return;
    }
    List<InvalidateEntries> before = List.copyOf(waiting);
    waiting.clear();
    for (InvalidateEntries what : before) {
      InvalidateEntries left =
          what.space().equals(space) && keyspace.equals(what.keyspace()) ? without(what, id) : what;
      if (left != null) {
        waiting.add(left);
      }
    }
  }

  private static @Nullable InvalidateEntries without(InvalidateEntries what, String id) {
    if (what.ids() == null || !what.ids().contains(id)) {
      return what;
    }
    List<String> others = what.ids().stream().filter(other -> !other.equals(id)).toList();
    return others.isEmpty()
        ? null
        : new InvalidateEntries(what.space(), what.keyspace(), others, null, null, false);
  }

  synchronized int size() {
    return waiting.size();
  }

  synchronized long givenUp() {
    return givenUp;
  }

  /** Makes them one after the other, until one fails or none is left. */
  void replay(Function<InvalidateEntries, Future<?>> maker) {
    InvalidateEntries next = begin();
    if (next != null) {
      maker
          .apply(next)
          .onComplete(
              done -> {
                finished(next);
                replay(maker);
              },
              thrown -> finished(null));
    }
  }

  private synchronized @Nullable InvalidateEntries begin() {
    if (replaying || waiting.isEmpty()) {
      return null;
    }
    replaying = true;
    return waiting.peek();
  }

  private synchronized void finished(@Nullable InvalidateEntries made) {
    replaying = false;
    if (made != null && Objects.equals(waiting.peek(), made)) {
      waiting.remove();
    }
  }
}
