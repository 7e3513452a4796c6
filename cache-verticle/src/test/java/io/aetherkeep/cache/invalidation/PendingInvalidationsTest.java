package io.aetherkeep.cache.invalidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accepted invalidations are bounded, ordered, and not blocked by one that fails. */
class PendingInvalidationsTest {

  private static final long HOUR = 3_600_000;

  private final PendingInvalidations pending = new PendingInvalidations(3);
  private final Map<InvalidateEntries, Code> failing = new HashMap<>();
  private final List<InvalidateEntries> tried = new ArrayList<>();
  private final List<InvalidateEntries> settled = new ArrayList<>();

  private static InvalidateEntries in(String space, String id) {
    return new InvalidateEntries(space, "topic", List.of(id), null, null, false);
  }

  private static InvalidateEntries of(String id) {
    return in("s", id);
  }

  private List<PromisedInvalidation> add(InvalidateEntries what) {
    return pending.add(PromisedInvalidation.now(what), false);
  }

  private void replay(long now) {
    tried.clear();
    pending.replay(
        now,
        new PendingInvalidations.Maker() {
          @Override
          public Future<?> make(PromisedInvalidation promised) {
            tried.add(promised.what());
            Code code = failing.get(promised.what());
            return code == null
                ? Future.succeededFuture()
                : Future.failedFuture(Failure.of(code, "because"));
          }

          @Override
          public void settled(PromisedInvalidation promised) {
            settled.add(promised.what());
          }
        });
  }

  @Test
  void replay_makesThemInOrderOnce() {
    add(of("a"));
    add(of("b"));
    assertEquals(of("a"), add(of("a")).get(0).what());
    replay(0);
    assertEquals(List.of(of("b"), of("a")), tried);
    assertEquals(tried, settled);
    replay(HOUR);
    assertEquals(List.of(), tried);
  }

  @Test
  void add_keepsEachWhoseProgressIsAskedFor() {
    assertEquals(List.of(), pending.add(PromisedInvalidation.now(of("a")), true));
    assertEquals(List.of(), pending.add(PromisedInvalidation.now(of("a")), true));
    assertEquals(List.of(), add(of("a")));
    assertEquals(3, pending.size());
  }

  @Test
  void oneThatAlwaysFails_holdsUpNoOther() {
    add(of("a"));
    add(of("b"));
    failing.put(of("a"), Code.INTERNAL);
    replay(0);
    assertEquals(List.of(of("a"), of("b")), tried);
    assertEquals(List.of(of("b")), settled);
    replay(1);
    assertEquals(List.of(), tried, "it waits a little");
    add(of("c"));
    failing.clear();
    replay(HOUR);
    assertEquals(List.of(of("a"), of("c")), tried);
  }

  @Test
  void whileOneSpacesRedisIsAway_othersContinue_andItsOwnTakeTurns() {
    add(in("away", "a"));
    add(in("away", "b"));
    add(of("c"));
    failing.put(in("away", "a"), Code.REDIS_UNAVAILABLE);
    failing.put(in("away", "b"), Code.REDIS_UNAVAILABLE);
    replay(0);
    assertEquals(List.of(in("away", "a"), of("c")), tried);
    failing.remove(in("away", "b"));
    replay(0);
    assertEquals(List.of(in("away", "b"), in("away", "a")), tried);
    assertEquals(1, pending.size());
  }

  @Test
  void whatWouldFailForEver_isGivenUp() {
    add(of("a"));
    failing.put(of("a"), Code.KEYSPACE_UNKNOWN);
    replay(0);
    assertEquals(List.of(of("a")), settled);
    assertEquals(0, pending.size());
  }

  @Test
  void add_givesUpTheOldest() {
    for (String id : List.of("a", "b", "c")) {
      assertEquals(List.of(), add(of(id)));
    }
    assertEquals(of("a"), add(of("d")).get(0).what());
    replay(0);
    assertEquals(List.of(of("b"), of("c"), of("d")), tried);
    assertEquals(1, pending.givenUp());
  }

  @Test
  void log_hasWhatIsLeft(@TempDir Path directory) throws Exception {
    Path promises = directory.resolve("promises");
    PromiseLog log = new PromiseLog(promises);
    PromisedInvalidation first =
        new PromisedInvalidation("00000000-0000-0000-0000-000000000001", of("a"), 2);
    PromisedInvalidation second =
        new PromisedInvalidation("00000000-0000-0000-0000-000000000002", of("b"), 1);
    log.keep(first);
    log.keep(second);
    Files.writeString(promises.resolve("other.json"), "no json");
    assertEquals(List.of(second, first), new PromiseLog(promises).left());
    log.forget(first);
    log.forget(first);
    assertEquals(List.of(second), log.left());
    assertTrue(new PromiseLog(null).left().isEmpty());
    assertFalse(Files.exists(promises.resolve(first.id() + ".part")));
  }
}
