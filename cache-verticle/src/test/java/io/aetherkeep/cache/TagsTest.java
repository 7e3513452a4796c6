package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.InvalidationAsks.Invalidated;
import io.aetherkeep.document.Document;
import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A tag selects entries of any cache keyspace while they carry it. */
class TagsTest extends CacheDeployment {

  private static InvalidateEntries byTag(String keyspace, String tag) {
    return new InvalidateEntries("aethercast", keyspace, null, null, tag, false);
  }

  private static WriteEntry lasting(String id, long seconds, String... tags) {
    return new WriteEntry(
        "aethercast", "topic", List.of(id), Document.of("1"), seconds, List.of(tags), null, false);
  }

  /** All keys except indexes, which keep removed keys until their expiry. */
  private Set<String> entries() {
    Set<String> entries = new TreeSet<>(keys(foreign));
    entries.removeIf(key -> key.startsWith("index:tag:"));
    return entries;
  }

  @Test
  void byTag_removesAcrossKeyspacesAndLeavesNothingBeside() throws Exception {
    tag("topic", "a", "red", "blue");
    tag("user", "a", "red");
    tag("snippet", "a", "blue");
    assertEquals(new Invalidated(2, 2), ask(byTag(null, "red")));
    assertEquals(Set.of("cache:snippet:a", "note:{cache:snippet:a}"), entries());
    assertEquals(new Invalidated(1, 1), ask(byTag(null, "blue")));
    assertEquals(Set.of(), entries());
  }

  @Test
  void byTag_staysWithinTheKeyspaceThatIsNamed() throws Exception {
    tag("topic", "a", "red");
    tag("user", "a", "red");
    assertEquals(new Invalidated(1, 1), ask(byTag("topic", "red")));
    assertEquals(1, foreign.number("EXISTS", "user:a"));
    assertEquals(new Invalidated(1, 1), ask(byTag(null, "red")));
    assertEquals(0, foreign.number("EXISTS", "user:a"));
  }

  @Test
  void byTag_neverReachesOutsideTheCachesWhateverTheIndexNames() throws Exception {
    Fillings.of(foreign, "", "a");
    foreign.send("DEL", "index:tag:red");
    for (String key : keys(foreign)) {
      foreign.send("ZADD", "index:tag:red", "9999999999999", key);
      foreign.send("SET", "note:{" + key + "}", "usual 0 red");
    }
    assertEquals(new Invalidated(11, 11), ask(byTag(null, "red")));
    assertTrue(keys(foreign).containsAll(Set.of("session:a", "config:a", "crawl:status:a")));
    assertEquals(new Invalidated(0, 0), ask(byTag(null, "red")));
  }

  @Test
  void byTag_knowsNoTagThatARewrittenEntryNoLongerCarries() throws Exception {
    tag("topic", "a", "red", "blue");
    tag("topic", "a", "blue", "green");
    assertEquals(new Invalidated(0, 0), ask(byTag(null, "red")));
    tag("topic", "a");
    assertEquals(new Invalidated(0, 0), ask(byTag(null, "green")));
    assertEquals(new Invalidated(0, 0), ask(byTag(null, "blue")));
    assertEquals(Set.of("cache:topic:a"), entries());
  }

  @Test
  void byTag_knowsNoTagOfAnEntryThatWasRemoved() throws Exception {
    tag("topic", "a", "red");
    ask(new RemoveEntry("aethercast", "topic", List.of("a"), null));
    assertEquals(Set.of(), entries());
    tag("topic", "a");
    assertEquals(new Invalidated(0, 0), ask(byTag(null, "red")));
  }

  @Test
  void byTag_countsNoEntryThatIsGoneAlready() throws Exception {
    tag("topic", "a", "red");
    tag("topic", "b", "red");
    foreign.send("DEL", "cache:topic:a");
    assertEquals(new Invalidated(1, 1), ask(byTag(null, "red")));
    assertEquals(new Invalidated(0, 0), ask(byTag(null, "red")));
  }

  @Test
  void index_endsWithItsLongestEntry() throws Exception {
    ask(lasting("a", 600, "red"));
    assertNear(600, foreign.number("TTL", "index:tag:red"));
    ask(lasting("b", 6000, "red"));
    ask(lasting("c", 60, "red"));
    assertNear(6000, foreign.number("TTL", "index:tag:red"));
    assertEquals(3, foreign.number("ZCARD", "index:tag:red"));
    assertNear(60, foreign.number("TTL", "note:{cache:topic:c}"));
  }

  @Test
  void index_dropsWhatHasExpiredWithTheNextWrite() throws Exception {
    tag("topic", "a", "red");
    foreign.send("ZADD", "index:tag:red", "1", "cache:topic:long-gone");
    tag("topic", "b", "red");
    assertEquals(2, foreign.number("ZCARD", "index:tag:red"));
  }

  @Test
  void byTag_findsAgainWhatItCouldNotRemove() throws Exception {
    tag("topic", "a", "red");
    foreign.send(
        "ACL",
        "SETUSER",
        "default",
        "resetkeys",
        "%R~cache:*",
        "~note:*",
        "~claim:*",
        "~stale:*",
        "~index:*");
    try {
      assertThrows(ExecutionException.class, () -> ask(byTag(null, "red")));
    } finally {
      foreign.send("ACL", "SETUSER", "default", "allkeys");
    }
    assertEquals(1, foreign.number("EXISTS", "cache:topic:a"));
    assertEquals(new Invalidated(1, 1), ask(byTag(null, "red")));
    assertEquals(Set.of(), entries());
  }

  @Test
  void byTag_goesThroughMoreThanOneBatch() throws Exception {
    List<Future<?>> writes = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      writes.add(bus.ask(tagging("aethercast", "topic", "t" + i, "red")));
      writes.add(bus.ask(tagging("aethercast", "user", "u" + i, "red")));
    }
    await(Future.all(writes));
    InvalidateEntries dry = new InvalidateEntries("aethercast", "user", null, null, "red", true);
    assertEquals(new Invalidated(700, 0), ask(dry));
    assertEquals(new Invalidated(700, 700), ask(byTag("user", "red")));
    assertEquals(new Invalidated(700, 700), ask(byTag(null, "red")));
    assertEquals(Set.of(), entries());
  }

  @Test
  void byTag_staysWithinItsSpaceAndItsPrefix() throws Exception {
    tag("topic", "a", "red");
    ask(tagging(PREFIXED, "topic", "a", "red"));
    try (ForeignClient client = foreignOf(3)) {
      Fillings.of(client, "", "a");
      Set<String> expected = new TreeSet<>(keys(client));
      expected.removeIf(key -> key.startsWith(PREFIX));
      assertEquals(
          new Invalidated(1, 1),
          ask(new InvalidateEntries(PREFIXED, null, null, null, "red", false)));
      Set<String> left = new TreeSet<>(keys(client));
      left.removeIf(key -> key.equals(PREFIX + "index:tag:red"));
      assertEquals(expected, left);
    }
    assertEquals(1, foreign.number("EXISTS", "cache:topic:a"));
  }

  @Test
  void byTag_refusesWhatIsNoTagOrNoCache() {
    assertRefused(Code.INVALID_TAG, byTag(null, ""));
    assertRefused(Code.INVALID_TAG, byTag(null, "a,b"));
    assertRefused(Code.KEYSPACE_UNKNOWN, byTag("config", "red"));
  }

  @Test
  void byTag_isAnnouncedWithItsTag() throws Exception {
    BlockingQueue<CacheInvalidated> heard = new LinkedBlockingQueue<>();
    tag("topic", "a", "red");
    await(bus.subscribe(CacheInvalidated.class, heard::add));
    ask(byTag(null, "red"));
    assertEquals(
        new CacheInvalidated("aethercast", null, null, null, "red", 1),
        heard.poll(20, TimeUnit.SECONDS));
  }
}
