package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A read after a removal gets no older value, whichever node loads or answers. */
class ReadersAndRemovalsTest extends OriginDeployment {

  private static final RemoveEntry REMOVAL =
      new RemoveEntry("aethercast", "topic", List.of("a"), null);

  private static WriteEntry conditional(String version, boolean absent) {
    return new WriteEntry(
        "aethercast", "topic", List.of("a"), Document.of("9"), null, List.of(), version, absent);
  }

  private void awaitAsked(int times) {
    Awaitility.await().until(() -> records.asked() == times);
  }

  @Test
  void aReaderAfterARemoval_joinsNoLoadFromBefore() throws Exception {
    Bus other = anotherNode(second);
    records.serve(second, "topic");
    records.has("a", "old");
    records.hold();
    Future<Entry> before = bus.ask(reading("topic", "a"));
    awaitAsked(1);
    await(other.ask(REMOVAL));
    records.has("a", "new");
    Future<Entry> here = bus.ask(reading("topic", "a"));
    Future<Entry> there = other.ask(reading("topic", "a"));
    awaitAsked(2);
    records.release();
    assertEquals("\"new\"", await(here).value().toString());
    assertEquals("\"new\"", await(there).value().toString());
    assertEquals(Source.UNSTORED, await(before).source());
    assertEquals("\"new\"", foreign.text("GET", KEY));
    assertEquals(2, records.asked());
  }

  @Test
  void aReaderAfterARemoval_isServedNoStaleValueOfALoadFromBefore() throws Exception {
    Bus other = anotherNode(second);
    loadOnce("old");
    records.has("a", "new");
    records.hold();
    endFor(Duration.ofSeconds(3));
    Awaitility.await().until(() -> read("topic", "a").source() == Source.STALE);
    await(other.ask(REMOVAL));
    Future<Entry> after = bus.ask(reading("topic", "a"));
    awaitAsked(3);
    records.release();
    assertEquals("\"new\"", await(after).value().toString());
  }

  @Test
  void aLoadThatCannotBeStored_isSaidNotToBe() throws Exception {
    records.has("a", "old");
    records.hold();
    Future<Entry> reading = bus.ask(reading("topic", "a"));
    awaitAsked(1);
    foreign.send("SET", KEY, "\"newer\"", "EX", "60");
    records.release();
    Entry entry = await(reading);
    assertEquals(Source.UNSTORED, entry.source());
    assertEquals(0, entry.ttlSeconds());
  }

  @Test
  void aRefusedWrite_leavesTheStaleCopyAlone() throws Exception {
    loadOnce("old");
    endFor(Duration.ofMinutes(30));
    assertRefused(Code.VERSION_CONFLICT, conditional("*", false));
    assertRefused(Code.VERSION_CONFLICT, conditional("1-1", false));
    assertEquals(1, foreign.number("EXISTS", STALE));
    ask(conditional(null, true));
    assertEquals(0, foreign.number("EXISTS", STALE));
  }

  @Test
  void aRefusedWrite_doesNotAffectALoadInProgress() throws Exception {
    records.has("a", "old");
    records.hold();
    Future<Entry> reading = bus.ask(reading("topic", "a"));
    awaitAsked(1);
    assertRefused(Code.VERSION_CONFLICT, conditional("*", false));
    assertRefused(
        Code.VERSION_CONFLICT, new RemoveEntry("aethercast", "topic", List.of("a"), "1-1"));
    records.release();
    assertEquals(Source.ORIGIN, await(reading).source());
    assertEquals("\"old\"", foreign.text("GET", KEY));
  }

  @Test
  void anEntryThatAnotherServiceWritesAndRemovesAgain_isLoaded() throws Exception {
    records.has("a", "new");
    for (int i = 0; i < 300; i++) {
      Future<Entry> reading = bus.ask(reading("topic", "a"));
      while (!reading.isComplete()) {
        foreign.send("SET", KEY, "\"old\"");
        foreign.send("DEL", KEY);
      }
      assertTrue(reading.succeeded() || Failure.from(reading.cause()).code() != Code.ENTRY_UNKNOWN);
    }
  }
}
