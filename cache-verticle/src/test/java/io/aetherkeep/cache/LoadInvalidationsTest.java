package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Invalidations by pattern or tag also reach running loads and stale copies. */
class LoadInvalidationsTest extends OriginDeployment {

  private static final InvalidateEntries BY_TAG =
      new InvalidateEntries("aethercast", null, null, null, "red", false);

  private static List<InvalidateEntries> ways() {
    return List.of(byPattern("topic", "*"), byPattern("topic", "?"), BY_TAG);
  }

  private Bus other;

  @BeforeEach
  void startAnother() throws Exception {
    other = anotherNode(second);
    records.serve(second, "topic");
    // Tags of an entry are kept while it may have a stale copy.
    tag("topic", "a", "red");
    foreign.send("DEL", KEY);
    Awaitility.await().until(() -> foreign.number("EXISTS", KEY) == 0);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aLoadInProgressOnAnotherNode_isNotStored(InvalidateEntries way) throws Exception {
    records.has("a", "old");
    records.hold();
    Future<Entry> before = other.ask(reading("topic", "a"));
    Awaitility.await().until(() -> records.asked() == 1);
    ask(way);
    records.has("a", "new");
    records.release();
    assertEquals(Source.UNSTORED, await(before).source());
    assertEquals(0, foreign.number("EXISTS", KEY, STALE));
    assertEquals("\"new\"", await(other.ask(reading("topic", "a"))).value().toString());
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aStaleCopy_isNotServed(InvalidateEntries way) throws Exception {
    loadOnce("old");
    assertEquals("red", foreign.text("GET", "note:{" + KEY + "}").split(" ", -1)[2]);
    records.fail(true);
    endFor(Duration.ofMinutes(1));
    Awaitility.await().until(() -> read("topic", "a").source() == Source.STALE_ERROR);
    ask(way);
    Awaitility.await()
        .untilAsserted(() -> assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "a")));
    assertEquals(0, foreign.number("EXISTS", STALE));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void thatThereIsNothing_isForgotten(InvalidateEntries way) throws Exception {
    assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "a"));
    records.has("a", 1);
    assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "a"));
    ask(way);
    assertEquals("1", read("topic", "a").value().toString());
  }

  @Test
  void aTag_isIndexedForAsLongAsALoadedEntryKeepsIt() throws Exception {
    ask(
        new WriteEntry(
            "aethercast",
            "topic",
            List.of("a"),
            Document.of("1"),
            60L,
            List.of("blue"),
            null,
            false));
    foreign.send("DEL", KEY);
    Awaitility.await().until(() -> foreign.number("EXISTS", KEY) == 0);
    records.has("a", "old");
    Awaitility.await().until(() -> read("topic", "a").value().toString().equals("\"old\""));
    assertEquals("blue", foreign.text("GET", "note:{" + KEY + "}").split(" ", -1)[2]);
    long indexed = foreign.number("PTTL", "index:tag:blue");
    assertTrue(indexed >= foreign.number("PTTL", KEY) + WINDOW.toMillis() - 10_000);
  }

  @Test
  void aDryRun_leavesAll() throws Exception {
    loadOnce("old");
    endFor(Duration.ofMinutes(1));
    ask(new InvalidateEntries("aethercast", "topic", null, "*", null, true));
    assertEquals(1, foreign.number("EXISTS", STALE));
  }

  @Test
  void anotherPattern_leavesAStaleCopyAlone() throws Exception {
    loadOnce("old");
    endFor(Duration.ofMinutes(1));
    ask(byPattern("topic", "b*"));
    assertEquals(1, foreign.number("EXISTS", STALE));
  }

  @Test
  void afterAnInvalidation_noReaderGetsWhatWasBeforeIt() throws Exception {
    int keys = 100;
    for (int round = 0; round < 5; round++) {
      String now = "" + round;
      List<Future<Entry>> during = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        during.add((i % 2 == 0 ? bus : other).ask(reading("topic", "k" + i)));
      }
      for (int i = 0; i < keys; i++) {
        records.has("k" + i, now);
      }
      ask(byPattern("topic", "k*"));
      List<Future<Entry>> after = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        after.add((i % 2 == 0 ? other : bus).ask(reading("topic", "k" + i)));
      }
      for (int i = 0; i < keys; i++) {
        assertAnswers("\"" + now + "\"", after.get(i), i % 2 == 0 ? other : bus, "k" + i);
      }
      await(Future.join(during).otherwiseEmpty());
    }
  }

  /** Repeats a read that a busy machine lets time out, or that a near copy may have answered. */
  private void assertAnswers(String value, Future<Entry> read, Bus node, String id)
      throws Exception {
    Future<Entry> again = read.recover(slow -> node.ask(reading("topic", id)));
    Entry entry = await(again.recover(slow -> node.ask(reading("topic", id))));
    if (entry.source() == Source.NEAR) {
      // Redis tells a node of a change a moment after the change is answered.
      Awaitility.await()
          .until(() -> await(node.ask(reading("topic", id))).value().toString().equals(value));
    } else {
      assertEquals(value, entry.value().toString());
    }
  }

  @Test
  void anIndexOfAnotherType_isBegunAnew() throws Exception {
    foreign.send("DEL", "index:tag:red", "index:loads:topic");
    foreign.send("SET", "index:tag:red", "foreign");
    foreign.send("SET", "index:loads:topic", "foreign");
    ask(BY_TAG);
    assertEquals(0, foreign.number("EXISTS", "index:tag:red"));
    foreign.send("SET", "index:tag:red", "foreign");
    tag("topic", "a", "red");
    assertEquals("zset", foreign.text("TYPE", "index:tag:red"));
    ask(byPattern("topic", "*"));
    records.has("a", 1);
    assertEquals(Source.ORIGIN, read("topic", "a").source());
    assertTrue(foreign.number("TTL", "index:loads:topic") < 60);
  }
}
