package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.OriginAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A miss is loaded from the system of record once, without a stampede. */
class OriginsTest extends OriginDeployment {

  /** Reads past the near cache. */
  private Entry readPastMemory() {
    List<Entry> last = new ArrayList<>();
    Awaitility.await()
        .until(
            () -> {
              last.add(read("topic", "a"));
              return last.get(last.size() - 1).source() != Source.NEAR;
            });
    return last.get(last.size() - 1);
  }

  @Test
  void aMiss_isLoadedAndStoredForItsLifetime() throws Exception {
    records.has("a", 42);
    Entry loaded = read("topic", "a");
    assertEquals(Source.ORIGIN, loaded.source());
    assertEquals("42", loaded.value().toString());
    assertEquals("42", foreign.text("GET", KEY));
    long left = foreign.number("PTTL", KEY);
    assertTrue(left > 3_200_000 && left <= 3_600_000, () -> left + " ms: the jitter is 10 %");
    Awaitility.await().until(() -> read("topic", "a").source() == Source.NEAR);
    assertNear(0, read("topic", "a").ageSeconds());
    assertEquals(0, foreign.number("EXISTS", "claim:{" + KEY + "}"));
    assertEquals(1, records.asked());
  }

  @Test
  void aThousandReadersOfOneColdKey_causeOneLoad() throws Exception {
    records.has("a", 42);
    records.hold();
    List<Future<Entry>> reads = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      reads.add(bus.ask(reading("topic", "a")));
    }
    records.release();
    Map<Source, Integer> sources = new EnumMap<>(Source.class);
    for (Future<Entry> read : reads) {
      sources.merge(await(read).source(), 1, Integer::sum);
    }
    assertEquals(1, records.asked());
    // A read just after the load may load again, so there may be more than one.
    assertTrue(sources.containsKey(Source.ORIGIN), sources::toString);
  }

  @Test
  void aThousandReadersOnTwoNodes_causeOneLoad() throws Exception {
    Bus other = anotherNode(second);
    records.serve(second, "topic");
    records.has("a", 42);
    records.hold();
    List<Future<Entry>> reads = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      reads.add(bus.ask(reading("topic", "a")));
      reads.add(other.ask(reading("topic", "a")));
    }
    Awaitility.await().until(() -> records.asked() > 0);
    records.release();
    for (Future<Entry> read : reads) {
      assertEquals("42", await(read).value().toString());
    }
    assertEquals(1, records.asked());
  }

  @Test
  void nothingThere_isRememberedForAWhile() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "a"));
    }
    assertEquals(1, records.asked());
    write("topic", "a");
    assertEquals("{\"of\":\"topic\"}", read("topic", "a").value().toString());
  }

  @Test
  void aDeadOrigin_isAClear503AndIsLeftAlone() throws Exception {
    records.fail(true);
    for (int i = 0; i < 20; i++) {
      assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "x" + i));
    }
    assertEquals(3, records.asked(), "three failures in a row open the breaker");
  }

  @Test
  void aDeadOrigin_leavesStaleValuesToServe() throws Exception {
    loadOnce("old");
    records.fail(true);
    endFor(Duration.ofMinutes(30));
    Entry stale = readPastMemory();
    assertEquals(Source.STALE_ERROR, stale.source());
    assertEquals("\"old\"", stale.value().toString());
    assertTrue(stale.ttlSeconds() <= -1800 && stale.ageSeconds() > 5000);
  }

  @Test
  void aSlowOrigin_isNotWaitedForLongerThanTheStaleValueIsWorth() throws Exception {
    loadOnce("old");
    records.hold();
    records.has("a", "new");
    endFor(Duration.ofMinutes(30));
    assertEquals(Source.STALE_ERROR, readPastMemory().source());
    records.release();
    Awaitility.await().until(() -> read("topic", "a").value().toString().equals("\"new\""));
    assertEquals(2, records.asked());
  }

  @Test
  void aSlowOrigin_isGivenUpInTimeWhereNothingIsLeft() throws Exception {
    becomeImpatient();
    records.hold();
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "a"));
  }

  @Test
  void shortlyAfterItsEnd_aValueIsServedWhileItIsRenewed() throws Exception {
    loadOnce("old");
    records.hold();
    records.has("a", "new");
    endFor(Duration.ofSeconds(3));
    assertEquals(Source.STALE, readPastMemory().source());
    records.release();
    Awaitility.await().until(() -> read("topic", "a").value().toString().equals("\"new\""));
  }

  @Test
  void whatWasRemoved_isNeverServedAsStale() throws Exception {
    loadOnce("old");
    records.fail(true);
    foreign.send("DEL", KEY);
    Awaitility.await()
        .untilAsserted(() -> assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "a")));
  }

  @Test
  void aRemovalDuringALoad_isNotUndoneByIt() throws Exception {
    records.has("a", "before");
    records.hold();
    Future<Entry> reading = bus.ask(reading("topic", "a"));
    Awaitility.await().until(() -> records.asked() == 1);
    ask(new RemoveEntry("aethercast", "topic", List.of("a"), null));
    records.release();
    assertEquals("\"before\"", await(reading).value().toString());
    assertEquals(0, foreign.number("EXISTS", KEY));
  }

  /** Loads "old", then begins its renewal, which the origin holds. */
  private void beginRenewal() throws Exception {
    loadOnce("old");
    records.hold();
    foreign.send("PEXPIRE", KEY, Duration.ofMinutes(2).toMillis());
    Awaitility.await().until(() -> read("topic", "a").value() != null && records.asked() > 1);
    records.has("a", "new");
  }

  @Test
  void aForeignRemovalDuringARenewal_isNotUndoneByIt() throws Exception {
    beginRenewal();
    foreign.send("DEL", KEY);
    records.release();
    Awaitility.await().until(() -> foreign.number("EXISTS", "claim:{" + KEY + "}") == 0);
    assertEquals(0, foreign.number("EXISTS", KEY));
  }

  @Test
  void aReaderAfterAForeignRemoval_doesNotJoinARenewalBegunBefore() throws Exception {
    beginRenewal();
    foreign.send("DEL", KEY);
    Awaitility.await().until(() -> foreign.number("EXISTS", STALE) == 0);
    Future<Entry> reading = bus.ask(reading("topic", "a"));
    Awaitility.await().until(() -> records.asked() == 3);
    records.release();
    assertEquals("\"new\"", await(reading).value().toString());
    assertEquals("\"new\"", foreign.text("GET", KEY));
  }

  @Test
  void anEntryThatExpiresDuringItsRenewal_isStoredByIt() throws Exception {
    beginRenewal();
    endFor(Duration.ofSeconds(3));
    records.release();
    Awaitility.await().until(() -> foreign.number("EXISTS", KEY) == 1);
    assertEquals("\"old\"", foreign.text("GET", KEY));
    assertEquals(2, records.asked());
  }

  @Test
  void aWriteDuringALoad_isNotOverwrittenByIt() throws Exception {
    records.has("a", "before");
    records.hold();
    Future<Entry> reading = bus.ask(reading("topic", "a"));
    Awaitility.await().until(() -> records.asked() == 1);
    foreign.send("SET", KEY, "\"newer\"", "EX", "60");
    records.release();
    await(reading);
    assertEquals("\"newer\"", foreign.text("GET", KEY));
  }

  @Test
  void anEntryAboutToEnd_isRenewedBehindItsReaders() throws Exception {
    loadOnce("old");
    records.has("a", "new");
    // Sets the remaining lifetime, because lifetimes have jitter.
    foreign.send("PEXPIRE", KEY, Duration.ofMinutes(20).toMillis());
    assertEquals("\"old\"", readPastMemory().value().toString());
    records.hold();
    foreign.send("PEXPIRE", KEY, Duration.ofMinutes(2).toMillis());
    Awaitility.await().until(() -> read("topic", "a").value() != null && records.asked() > 1);
    for (int i = 0; i < 20; i++) {
      assertEquals("\"old\"", read("topic", "a").value().toString());
    }
    assertEquals(2, records.asked());
    // A near copy may be read just after the renewal, and then it is renewed again.
    records.release();
    Awaitility.await()
        .until(
            () ->
                read("topic", "a").value().toString().equals("\"new\"")
                    && foreign.number("PTTL", KEY) > 3_000_000);
  }

  @Test
  void whatAnotherServiceHasWritten_isNotRenewedHoweverShortItsLife() throws Exception {
    loadOnce("recorded");
    foreign.send("SET", KEY, "\"written\"", "EX", "60");
    Awaitility.await().until(() -> read("topic", "a").value().toString().equals("\"written\""));
    for (int i = 0; i < 20; i++) {
      assertEquals("\"written\"", read("topic", "a").value().toString());
    }
    assertEquals("\"written\"", foreign.text("GET", KEY));
    assertEquals(1, records.asked());
  }

  @Test
  void anOriginThatFlaps_isAValueOrAClear503AndNeverAPileUp() throws Exception {
    for (int i = 0; i < 40; i++) {
      records.has("x" + i, i);
      records.fail(i % 2 == 0);
      if (i % 2 == 0) {
        assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "x" + i));
      } else {
        assertEquals("" + i, read("topic", "x" + i).value().toString());
      }
    }
    assertEquals(40, records.asked(), "one load a read; no two failures in a row");
    records.fail(false);
    Awaitility.await().ignoreExceptions().until(() -> read("topic", "x0").source() == Source.NEAR);
  }

  @Test
  void manyAtOnce_areFilledFromTheOrigin() throws Exception {
    records.has("a", 1);
    records.has("b", 2);
    write("topic", "c");
    DocumentsById entries =
        ask(new ReadEntries("aethercast", "topic", List.of("a", "b", "c", "d")));
    assertEquals(List.of("d"), entries.missing());
    assertEquals(List.of("a", "b", "c"), List.copyOf(entries.found().keySet()));
  }

  @Test
  void oneUnreadableValueOfManyAtOnce_leavesTheOthersReadable() throws Exception {
    records.has("a", 1);
    foreign.send("HSET", "cache:topic:b", "x", "1");
    DocumentsById entries = ask(new ReadEntries("aethercast", "topic", List.of("a", "b", "c")));
    assertEquals(List.of("a"), List.copyOf(entries.found().keySet()));
    assertEquals(List.of("b"), entries.unreadable());
    assertEquals(List.of("c"), entries.missing());
  }

  @Test
  void oneFailedLoadOfManyAtOnce_leavesTheOthersReadable() throws Exception {
    records.has("a", 1);
    records.fail("b");
    foreign.send("SET", "cache:topic:d", "4");
    DocumentsById entries =
        ask(new ReadEntries("aethercast", "topic", List.of("a", "b", "c", "d")));
    assertEquals(List.of("a", "d"), List.copyOf(entries.found().keySet()));
    assertEquals(List.of("b"), entries.unavailable());
    assertEquals(List.of("c"), entries.missing());
    assertRefused(Code.ORIGIN_UNAVAILABLE, new ReadEntries("aethercast", "topic", List.of("b")));
  }

  @Test
  void theOriginItself_canBeAsked() throws Exception {
    records.has("a", 1);
    assertEquals(
        new Loaded(Document.of("1"), null),
        ask(new LoadFromOrigin("aethercast", "topic", List.of("a"))));
    assertEquals(0, foreign.number("DBSIZE"));
    assertRefused(Code.KEYSPACE_UNKNOWN, new LoadFromOrigin("aethercast", "script", List.of("a")));
  }

  @Test
  void aThousandWhoAskForWhatAnotherVerticleOwns_causeOneLoadOnTwoNodes() throws Exception {
    Bus other = anotherNode(second);
    records.serve(vertx, "podcast");
    records.serve(second, "podcast");
    records.has("p", "so");
    records.hold();
    LoadFromOrigin ask = new LoadFromOrigin("aethercast", "podcast", List.of("p"));
    List<Future<Loaded>> loads = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      loads.add(bus.ask(ask));
      loads.add(other.ask(ask));
    }
    Awaitility.await().until(() -> records.asked() > 0);
    records.release();
    for (Future<Loaded> load : loads) {
      assertEquals(new Loaded(Document.of("\"so\""), null), await(load));
    }
    assertEquals(1, records.asked());
    assertEquals("\"so\"", foreign.text("GET", "record:cache:podcast_status:p"));
    assertTrue(foreign.number("PTTL", "record:cache:podcast_status:p") <= 10_000);
  }

  @Test
  void whatAnotherVerticleOwnsAndIsNotRecorded_isNothingAndRemembered() throws Exception {
    records.serve(vertx, "podcast");
    for (int i = 0; i < 5; i++) {
      assertEquals(Loaded.NOTHING, ask(new LoadFromOrigin("aethercast", "podcast", List.of("p"))));
    }
    assertEquals(1, records.asked());
    assertRefused(Code.INVALID_ID, new LoadFromOrigin("aethercast", "podcast", List.of("p", "q")));
  }

  @Test
  void nobodyWhoAnswers_isAnOriginThatFails() throws Exception {
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("metrics", "api", "2026-01-31"));
  }
}
