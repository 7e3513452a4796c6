package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.InvalidationAsks.Invalidated;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidationProgress;
import io.aetherkeep.catalogue.InvalidationAsks.ReadInvalidation;
import io.aetherkeep.catalogue.InvalidationAsks.StartInvalidation;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalidations by ids or pattern remove exactly the matching entries. */
class InvalidationsTest extends CacheDeployment {

  private static InvalidateEntries byIds(List<String> ids, boolean dryRun) {
    return new InvalidateEntries("aethercast", "topic", ids, null, null, dryRun);
  }

  private static List<Keyspace<?>> cachesWithIds() {
    return Keyspaces.CACHES.stream()
        .filter(keyspace -> !keyspace.pattern().variables().isEmpty())
        .<Keyspace<?>>map(keyspace -> keyspace)
        .toList();
  }

  @Test
  void byIds_removesWhatIsThereAndCountsIt() throws Exception {
    write("topic", "a");
    write("topic", "b");
    write("topic", "c");
    assertEquals(new Invalidated(2, 2), ask(byIds(List.of("a", "x", "b", "a"), false)));
    assertEquals(Set.of("cache:topic:c"), keys(foreign));
  }

  @Test
  void dryRun_countsAndRemovesNothing() throws Exception {
    tag("topic", "a", "red");
    tag("topic", "b", "red");
    Set<String> before = keys(foreign);
    assertEquals(new Invalidated(1, 0), ask(byIds(List.of("a", "x"), true)));
    assertEquals(
        new Invalidated(2, 0),
        ask(new InvalidateEntries("aethercast", "topic", null, "*", null, true)));
    assertEquals(
        new Invalidated(2, 0),
        ask(new InvalidateEntries("aethercast", null, null, null, "red", true)));
    assertEquals(before, keys(foreign));
  }

  @Test
  void byIds_takes1To1000() throws Exception {
    assertRefused(Code.INVALID_BODY, byIds(List.of(), false));
    assertRefused(Code.INVALID_BODY, byIds(Collections.nCopies(1001, "a"), false));
    assertRefused(Code.INVALID_ID, byIds(List.of("a b"), false));
    assertEquals(new Invalidated(0, 0), ask(byIds(Collections.nCopies(1000, "a"), false)));
  }

  @Test
  void byPattern_readsStarAndQuestionMark() throws Exception {
    for (String id : List.of("ab", "abc", "abcd", "b")) {
      write("topic", id);
    }
    assertEquals(new Invalidated(1, 1), ask(byPattern("topic", "ab?")));
    assertEquals(new Invalidated(2, 2), ask(byPattern("topic", "a*")));
    assertEquals(Set.of("cache:topic:b"), keys(foreign));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[ab]", "[^a]", "a\\b", "^a", "a]", "[", "\\", "[a-c]x"})
  void byPattern_readsEveryOtherCharacterAsItIs(String literal) throws Exception {
    List<String> others = List.of("a", "b", "c", "ab", "ax", "^", "a[", "x\\", "bx");
    for (String id : others) {
      write("topic", id);
    }
    write("topic", literal);
    write("topic", literal + "1");
    assertEquals(new Invalidated(1, 1), ask(byPattern("topic", literal)));
    assertEquals(new Invalidated(1, 1), ask(byPattern("topic", literal + "?")));
    assertEquals(others.size(), foreign.number("DBSIZE"));
  }

  @Test
  void byPattern_matchesTwoVariablesEachForItself() throws Exception {
    for (String topic : List.of("t1", "t2")) {
      write("snippet-page", topic, "1");
      write("snippet-page", topic, "2");
    }
    foreign.send("SET", "cache:snippets:topic:t1:page:x:page:1", "foreign");
    assertEquals(new Invalidated(2, 2), ask(byPattern("snippet-page", "t1:*")));
    assertEquals(new Invalidated(1, 1), ask(byPattern("snippet-page", "*:1")));
    assertEquals(
        Set.of("cache:snippets:topic:t1:page:x:page:1", "cache:snippets:topic:t2:page:2"),
        keys(foreign));
  }

  @ParameterizedTest
  @MethodSource("cachesWithIds")
  void byPattern_neverTouchesAnotherKeyspace(Keyspace<?> keyspace) throws Exception {
    Fillings.of(foreign, "", "a", "b");
    Set<String> expected = new TreeSet<>(keys(foreign));
    expected.remove(Fillings.key(keyspace, "a"));
    expected.remove(Fillings.key(keyspace, "b"));
    String all = keyspace.pattern().variables().size() == 1 ? "*" : "*:*";
    assertEquals(new Invalidated(2, 2), ask(byPattern(keyspace.name(), all)));
    assertEquals(expected, keys(foreign));
  }

  @Test
  void byPattern_staysWithinAPrefixOfGlobCharacters() throws Exception {
    try (ForeignClient client = foreignOf(3)) {
      Fillings.of(client, PREFIX, "a");
      Fillings.of(client, "", "a");
      Fillings.of(client, "pbxy^\\:", "a");
      Set<String> expected = new TreeSet<>(keys(client));
      expected.remove(PREFIX + "cache:topic:a");
      assertEquals(
          new Invalidated(1, 1),
          ask(new InvalidateEntries(PREFIXED, "topic", null, "*", null, false)));
      assertEquals(expected, keys(client));
    }
  }

  @Test
  void byPattern_refusesAWrongNumberOfSegments() {
    Fillings.of(foreign, "", "a");
    long before = foreign.number("DBSIZE");
    assertRefused(Code.INVALID_PATTERN, byPattern("topic", "a:*"));
    assertRefused(Code.INVALID_PATTERN, byPattern("snippet-page", "*"));
    assertRefused(Code.INVALID_PATTERN, byPattern("snippet-page", "*:*:*"));
    assertRefused(Code.INVALID_PATTERN, byPattern("snippet-page", "*:"));
    assertRefused(Code.INVALID_PATTERN, byPattern("topics", "*"));
    assertRefused(Code.INVALID_PATTERN, byPattern("topic", ""));
    assertRefused(Code.INVALID_PATTERN, byPattern("topic", "a b"));
    assertRefused(Code.INVALID_PATTERN, byPattern("topic", "x".repeat(257)));
    assertEquals(before, foreign.number("DBSIZE"));
  }

  @Test
  void invalidations_neverReachOutsideTheCaches() {
    Fillings.of(foreign, "", "a");
    long before = foreign.number("DBSIZE");
    for (String other : List.of("config", "session", "podcast", "tag", "provider", "*", "")) {
      assertRefused(Code.KEYSPACE_UNKNOWN, byPattern(other, "*"));
    }
    assertRefused(
        Code.SPACE_UNKNOWN, new InvalidateEntries("nowhere", "topic", null, "*", null, false));
    assertEquals(before, foreign.number("DBSIZE"));
  }

  @Test
  void progress_isReadOnEveryNode() throws Exception {
    Vertx second = Vertx.vertx();
    try {
      Bus other = anotherNode(second);
      write("topic", "a");
      write("topic", "b");
      String id = ask(new StartInvalidation(byPattern("topic", "*"))).id();
      ReadInvalidation reading = new ReadInvalidation("aethercast", id);
      Awaitility.await()
          .ignoreExceptions()
          .until(() -> await(other.ask(reading)).state().equals("done"));
      assertEquals(new InvalidationProgress(id, "done", 2, 2, null), await(other.ask(reading)));
      assertNear(3600, foreign.number("TTL", "invalidation:" + id));
      assertRefused(Code.INVALIDATION_UNKNOWN, new ReadInvalidation("aethercast", "none"));
      assertRefused(Code.INVALIDATION_UNKNOWN, new ReadInvalidation("council", id));
    } finally {
      await(second.close());
    }
  }

  @Test
  void invalidations_goExactlyOneWay() {
    List<String> ids = List.of("a");
    for (InvalidateEntries bad :
        List.of(
            new InvalidateEntries("aethercast", "topic", null, null, null, false),
            new InvalidateEntries("aethercast", "topic", ids, "*", null, false),
            new InvalidateEntries("aethercast", "topic", ids, null, "red", false),
            new InvalidateEntries("aethercast", "topic", null, "*", "red", false),
            new InvalidateEntries("aethercast", null, ids, null, null, false),
            new InvalidateEntries("aethercast", null, null, "*", null, false))) {
      assertRefused(Code.INVALID_BODY, bad);
    }
  }

  @Test
  void invalidations_announceThemselvesOnceAndOnlyWhereSomethingWent() throws Exception {
    BlockingQueue<CacheInvalidated> heard = new LinkedBlockingQueue<>();
    write("topic", "a");
    write("topic", "b");
    write("user", "c");
    await(bus.subscribe(CacheInvalidated.class, heard::add));
    ask(byPattern("topic", "none*"));
    ask(byIds(List.of("a"), true));
    ask(byPattern("topic", "*"));
    ask(new InvalidateEntries("aethercast", "user", List.of("c", "d"), null, null, false));
    assertEquals(
        new CacheInvalidated("aethercast", "topic", null, "*", null, 2),
        heard.poll(20, TimeUnit.SECONDS));
    assertEquals(
        new CacheInvalidated("aethercast", "user", List.of("c", "d"), null, null, 1),
        heard.poll(20, TimeUnit.SECONDS));
    assertTrue(heard.isEmpty());
  }

  @Test
  void byPattern_walksThousandsAndNeverCallsKeys() throws Exception {
    List<Object> all = new ArrayList<>(List.of("MSET"));
    for (int i = 0; i < 5000; i++) {
      Collections.addAll(all, "cache:topic:t" + i, "1", "cache:topics:t" + i, "1");
    }
    foreign.send(all.toArray());
    foreign.send("CONFIG", "RESETSTAT");
    assertEquals(new Invalidated(5000, 5000), ask(byPattern("topic", "t*")));
    String stats = foreign.text("INFO", "commandstats");
    assertFalse(stats.contains("cmdstat_keys"), stats);
    assertFalse(stats.contains("cmdstat_del:"), stats);
    assertTrue(stats.contains("cmdstat_scan") && stats.contains("cmdstat_unlink"), stats);
    assertEquals(5000, foreign.number("DBSIZE"));
  }
}
