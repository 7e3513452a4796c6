package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.cache.near.NearMemory;
import io.aetherkeep.cache.settings.NearSettings;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Stored;
import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Near copies match Redis, whichever client changes it and however. */
class NearCacheTest extends CacheDeployment {

  private static final Document ONE = Document.of("1");

  private Source source(String id) throws Exception {
    return read("topic", id).source();
  }

  private String value(String id) throws Exception {
    try {
      return read("topic", id).value().toString();
    } catch (ExecutionException e) {
      assertEquals(Code.ENTRY_UNKNOWN, Failure.from(e.getCause()).code());
      return "nothing";
    }
  }

  /** Reads until a near copy answers. */
  private void warm(String id) {
    Awaitility.await().until(() -> source(id) == Source.NEAR);
  }

  private void assertSoon(String expected, String id) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .untilAsserted(() -> assertEquals(expected, value(id)));
  }

  @Test
  void read_isServedFromMemoryTheSecondTime() throws Exception {
    ask(writing("topic", List.of("a"), "{\"n\": 1}"));
    assertEquals(Source.REDIS, source("a"));
    warm("a");
    Entry copy = read("topic", "a");
    assertEquals("{\"n\": 1}", copy.value().toString());
    assertNear(3600, copy.ttlSeconds());
    assertNear(0, copy.ageSeconds());
  }

  @Test
  void write_isSeenByTheVeryNextRead() throws Exception {
    for (int i = 0; i < 50; i++) {
      ask(writing("topic", List.of("a"), "" + i));
      assertEquals("" + i, value("a"));
      assertEquals("" + i, value("a"));
    }
    ask(new RemoveEntry("aethercast", "topic", List.of("a"), null));
    assertEquals("nothing", value("a"));
  }

  @Test
  void foreignChanges_areSeenWhateverTheCommand() throws Exception {
    write("topic", "a");
    warm("a");
    foreign.send("SET", "cache:topic:a", "2", "EX", "60");
    assertSoon("2", "a");
    warm("a");
    foreign.send("EXPIRE", "cache:topic:a", "7");
    Awaitility.await().until(() -> read("topic", "a").ttlSeconds() <= 7);
    warm("a");
    foreign.send("DEL", "cache:topic:a");
    assertSoon("nothing", "a");
    foreign.send("SET", "cache:topic:a", "3");
    warm("a");
    foreign.send("FLUSHDB");
    assertSoon("nothing", "a");
  }

  @Test
  void expiry_isSeenToo() throws Exception {
    foreign.send("SET", "cache:topic:a", "1", "EX", "60");
    warm("a");
    foreign.send("PEXPIRE", "cache:topic:a", "1");
    assertSoon("nothing", "a");
  }

  @Test
  void prefixedSpaces_receiveChangesOfTheirKeys() throws Exception {
    ForeignClient other = foreignOf(3);
    other.send("SET", PREFIX + "cache:topic:a", "1");
    ReadEntry reading = new ReadEntry(PREFIXED, "topic", List.of("a"));
    Awaitility.await().until(() -> ask(reading).source() == Source.NEAR);
    other.send("SET", PREFIX + "cache:topic:a", "2");
    Awaitility.await().until(() -> ask(reading).value().toString().equals("2"));
    other.close();
  }

  @Test
  void changesDuringReads_leaveNoCopyOfWhatWas() throws Exception {
    for (int i = 0; i < 200; i++) {
      String now = "" + i;
      List<Future<Entry>> reads =
          Stream.generate(() -> bus.ask(reading("topic", "a"))).limit(4).toList();
      foreign.send("SET", "cache:topic:a", now);
      Future.join(reads)
          .otherwiseEmpty()
          .toCompletionStage()
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
      assertSoon(now, "a");
      assertEquals(now, value("a"));
    }
  }

  @Test
  void aKilledTrackingConnection_leavesNothingOutdated() throws Exception {
    write("topic", "a");
    for (int i = 0; i < 10; i++) {
      warm("a");
      killTracking();
      foreign.send("SET", "cache:topic:a", "" + i);
      assertSoon("" + i, "a");
    }
    warm("a");
  }

  /** Kills the connections with client tracking. */
  private void killTracking() {
    foreign
        .text("CLIENT", "LIST")
        .lines()
        .filter(line -> line.matches(".* flags=[a-zA-Z]*B.*"))
        .map(line -> line.replaceFirst("^id=([0-9]+) .*$", "$1"))
        .forEach(id -> foreign.send("CLIENT", "KILL", "ID", id));
  }

  @Test
  void singleChanges_areAnnounced() throws Exception {
    BlockingQueue<CacheInvalidated> received = new LinkedBlockingQueue<>();
    await(bus.subscribe(CacheInvalidated.class, received::add));
    write("topic", "a");
    assertEquals(
        new CacheInvalidated("aethercast", "topic", List.of("a"), null, null, 0),
        received.poll(10, TimeUnit.SECONDS));
    ask(new RemoveEntry("aethercast", "topic", List.of("a"), null));
    assertEquals(
        new CacheInvalidated("aethercast", "topic", List.of("a"), null, null, 1),
        received.poll(10, TimeUnit.SECONDS));
  }

  private static NearCache near(Duration blindTtl) {
    return near(1 << 20, blindTtl);
  }

  private static NearCache near(long bytes, Duration blindTtl) {
    return new NearCache(
        new NearMemory(bytes),
        new NearSettings("", 1 << 20, blindTtl, Duration.ofHours(1), Duration.ofMinutes(1)));
  }

  private static Stored<Document> stored(Document value) {
    return new Stored<>(value, Duration.ZERO, Duration.ofMinutes(1));
  }

  @Test
  void keep_refusesWhatAChangeHasOvertaken() {
    NearCache near = near(Duration.ZERO);
    CacheCounts counts = new CacheCounts();
    near.armed();
    long token = near.token("k");
    near.changed("k");
    near.keep("k", token, stored(ONE), counts, 0);
    assertNull(near.find("k", 0));
    near.keep("k", near.token("k"), stored(ONE), counts, 0);
    assertNotNull(near.find("k", 0));
    assertTrue(counts.nearBytes() > 0);
    near.flushed();
    assertNull(near.find("k", 0));
    assertEquals(0, counts.nearBytes());
  }

  @Test
  void cut_servesNothingAsFreshButKnowsWhatWas() {
    NearCache near = near(Duration.ZERO);
    long now = System.nanoTime();
    near.armed();
    near.keep("k", near.token("k"), stored(ONE), new CacheCounts(), now);
    long before = near.token("k");
    near.lost();
    assertNull(near.find("k", now));
    assertNotNull(near.lastKnown("k", now));
    near.keep("k2", near.token("k2"), stored(ONE), new CacheCounts(), now);
    near.armed();
    assertNull(near.find("k", now));
    assertNull(near.find("k2", now));
    near.keep("k", before, stored(ONE), new CacheCounts(), now);
    assertNull(near.find("k", now), "asked before the cut, answered after it");
  }

  @Test
  void blind_trustsACopyForAShortWhile() {
    NearCache near = near(Duration.ofSeconds(1));
    near.unsupported();
    near.keep("k", near.token("k"), stored(ONE), new CacheCounts(), 0);
    assertNotNull(near.find("k", Duration.ofMillis(999).toNanos()));
    assertNull(near.find("k", Duration.ofSeconds(1).toNanos()));
  }

  @Test
  void blind_knowsWhatWasForTheTimeOfAnOutageOnly() {
    NearCache near = near(Duration.ofSeconds(1));
    near.unsupported();
    Stored<Document> endless = new Stored<>(ONE, Duration.ZERO, Duration.ofMillis(-1));
    long now = System.nanoTime();
    near.keep("k", near.token("k"), endless, new CacheCounts(), now);
    near.lost();
    assertNull(near.find("k", now));
    assertNotNull(near.lastKnown("k", now + Duration.ofMinutes(59).toNanos()));
    assertNull(near.lastKnown("k", now + Duration.ofHours(2).toNanos()));
    near.unsupported();
    long begun = now - Duration.ofHours(2).toNanos();
    near.keep("k", near.token("k"), endless, new CacheCounts(), begun);
    assertNull(near.lastKnown("k", now), "read two hours before the outage");
  }

  @Test
  void armed_trustsACopyUntilItIsToBeRechecked() {
    NearCache near = near(Duration.ZERO);
    near.armed();
    Stored<Document> endless = new Stored<>(ONE, Duration.ZERO, Duration.ofMillis(-1));
    near.keep("k", near.token("k"), endless, new CacheCounts(), 0);
    assertNotNull(near.find("k", Duration.ofSeconds(59).toNanos()));
    assertNull(near.find("k", Duration.ofMinutes(1).toNanos()));
  }

  @Test
  void forgetTagged_doesNotTestTheKeysOfUntaggedCopies() {
    NearCache near = near(64 << 20, Duration.ZERO);
    near.armed();
    for (int i = 0; i < 10_000; i++) {
      Stored<Document> untagged = new Stored<>(ONE, Duration.ZERO, Duration.ofMinutes(1), "");
      near.keep("k" + i, near.token("k" + i), untagged, new CacheCounts(), 0);
    }
    Stored<Document> tagged = new Stored<>(ONE, Duration.ZERO, Duration.ofMinutes(1), "blue,red");
    near.keep("tagged", near.token("tagged"), tagged, new CacheCounts(), 0);
    List<String> tested = new ArrayList<>();
    near.forgetTagged("red", tested::add);
    assertEquals(List.of("tagged"), tested);
    assertNull(near.find("tagged", 0));
    assertNotNull(near.find("k0", 0));
  }

  @Test
  void memory_isBoundedByBytes() {
    NearMemory memory = new NearMemory(100_000);
    NearCache near =
        new NearCache(
            memory,
            new NearSettings("", 1 << 20, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1)));
    near.armed();
    CacheCounts counts = new CacheCounts();
    Document large = Document.of('"' + "x".repeat(10_000) + '"');
    for (int i = 0; i < 100; i++) {
      near.keep("k" + i, near.token("k" + i), stored(large), counts, 0);
    }
    assertTrue(counts.nearBytes() <= 110_000, () -> counts.nearBytes() + " bytes");
    assertTrue(counts.evictions() >= 89, () -> counts.evictions() + " evictions");
  }

  @Test
  void aDryRun_leavesCopies() throws Exception {
    tag("topic", "a", "red");
    warm("a");
    for (InvalidateEntries dry :
        List.of(
            new InvalidateEntries("aethercast", "topic", List.of("a"), null, null, true),
            new InvalidateEntries("aethercast", "topic", null, "*", null, true),
            new InvalidateEntries("aethercast", null, null, null, "red", true))) {
      ask(dry);
      assertEquals(Source.NEAR, source("a"), dry::toString);
    }
  }
}
