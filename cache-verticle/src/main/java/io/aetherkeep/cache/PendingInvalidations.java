package io.aetherkeep.cache;

import io.aetherkeep.catalogue.CacheAsks.InvalidateEntries;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Invalidations that Redis could not take, in the order in which they came, to be made when it is
 * back. Bounded: of too many the oldest are given up, and counted.
 */
final class PendingInvalidations {

  private static final System.Logger LOG = System.getLogger(PendingInvalidations.class.getName());

  private final int most;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean replaying;
  private long givenUp;

  private record Waiting(InvalidateEntries what, long since) {}

  PendingInvalidations(int most) {
    this.most = most;
  }

  synchronized void add(InvalidateEntries what) {
    waiting.removeIf(before -> before.what.equals(what));
    waiting.add(new Waiting(what, System.nanoTime()));
    if (waiting.size() > most) {
      waiting.remove();
      if (givenUp++ == 0) {
        LOG.log(System.Logger.Level.WARNING, "More than {0} invalidations wait for Redis", most);
      }
    }
  }

  synchronized int size() {
    return waiting.size();
  }

  synchronized long givenUp() {
    return givenUp;
  }

  /** Makes one, given since when it waits, as {@link System#nanoTime} counts. */
  interface Maker {
    Future<?> make(InvalidateEntries what, long since);
  }

  /** Makes them one after the other, until one fails or none is left. */
  void replay(Maker maker) {
    Waiting next = begin();
    if (next != null) {
      maker
          .make(next.what, next.since)
          .onComplete(
              done -> {
                finished(next);
                replay(maker);
              },
              thrown -> finished(null));
    }
  }

  private synchronized @Nullable Waiting begin() {
    if (replaying || waiting.isEmpty()) {
      return null;
    }
    replaying = true;
    return waiting.peek();
  }

  private synchronized void finished(@Nullable Waiting made) {
    replaying = false;
    if (made != null && Objects.equals(waiting.peek(), made)) {
      waiting.remove();
    }
  }
}
