package io.aetherkeep.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.CacheAsks.InvalidateEntries;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for Redis is bounded, and kept in order. */
class PendingInvalidationsTest {

  private final PendingInvalidations pending = new PendingInvalidations(3);
  private final List<InvalidateEntries> made = new ArrayList<>();

  private static InvalidateEntries of(String... ids) {
    return new InvalidateEntries("s", "topic", List.of(ids), null, null, false);
  }

  private void replay() {
    pending.replay(
        (what, since) -> {
          made.add(what);
          return Future.succeededFuture();
        });
  }

  @Test
  void replay_makesThemInOrderOnce() {
    pending.add(of("a"));
    pending.add(of("b"));
    pending.add(of("a"));
    replay();
    replay();
    assertEquals(List.of(of("b"), of("a")), made);
  }

  @Test
  void replay_stopsAtTheFirstThatFails() {
    pending.add(of("a"));
    pending.add(of("b"));
    pending.replay((what, since) -> Future.failedFuture("still gone"));
    assertEquals(2, pending.size());
  }

  @Test
  void add_givesUpTheOldest() {
    for (String id : List.of("a", "b", "c", "d")) {
      pending.add(of(id));
    }
    replay();
    assertEquals(List.of(of("b"), of("c"), of("d")), made);
    assertEquals(1, pending.givenUp());
  }
}
