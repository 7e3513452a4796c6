package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.LimitedBytes;
import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads and writes over the bus match, byte for byte, what other services see in Redis. */
class CacheVerticleTest extends CacheDeployment {

  private static final String BYTES = "{ \"b\":1,\n  \"a\": \"\u00e9\u4e2d\\u00e9\" , \"n\":1.0}";

  @ParameterizedTest
  @CsvSource({
    "topic, t1, cache:topic:t1, 3600",
    "topics, , cache:topics:all, 21600",
    "snippet, s1, cache:snippet:s1, 1800",
    "snippet-page, t1|2, cache:snippets:topic:t1:page:2, 900",
    "user, 7, user:7, 3600",
    "user-keywords, 7, keyword:user:7, 1800",
    "keyword-posts, 9, post:keyword:9, 900",
    "keyword-trend, 9, trend:keyword:9, 1800",
    "content, 3, content:3, 7200",
    "metrics, api|2026-01-31, metrics:api:2026-01-31, 3600",
    "script, abc, cache:script:abc, 86400"
  })
  void write_storesExactlyTheKeyOfTheCatalogue(
      String keyspace, String ids, String key, long seconds) throws Exception {
    List<String> parts = ids == null ? List.of() : List.of(ids.split("\\|", -1));
    assertTrue(ask(writing(keyspace, parts, BYTES)).created());
    assertEquals(Set.of(key), keys(foreign));
    assertEquals(BYTES, foreign.text("GET", key));
    assertNear(seconds, foreign.number("PTTL", key) / 1000);
    Entry entry = ask(new ReadEntry("aethercast", keyspace, parts));
    assertEquals(BYTES, entry.value().toString());
    assertNear(seconds, entry.ttlSeconds());
  }

  @Test
  void read_servesWhatPythonWroteByteForByte() throws Exception {
    String dumped = "{\"topic_id\": \"t1\", \"display_name\": \"caf\\u00e9\", \"keywords\": []}";
    foreign.send("SETEX", "cache:topic:t1", "600", dumped);
    Entry entry = read("topic", "t1");
    assertEquals(dumped, entry.value().toString());
    assertNear(600, entry.ttlSeconds());
    assertNear(3000, entry.ageSeconds());
  }

  @Test
  void read_tellsThatAForeignEntryNeverEnds() throws Exception {
    foreign.send("SET", "cache:topic:t1", "1");
    Entry entry = read("topic", "t1");
    assertTrue(entry.ttlSeconds() < 0);
    assertEquals(0, entry.ageSeconds());
  }

  @Test
  void read_failsWhereThereIsNothing() {
    assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "t1"));
  }

  @Test
  void write_overAForeignEntryWithoutTtlGivesItOne() throws Exception {
    foreign.send("SET", "cache:topic:t1", "1");
    assertFalse(write("topic", "t1").created());
    assertNear(3600, foreign.number("TTL", "cache:topic:t1"));
  }

  @Test
  void write_overAnEntryStartsItsLifetimeAnew() throws Exception {
    write("topic", "t1");
    pass(Duration.ofMinutes(50), "cache:topic:t1");
    assertFalse(write("topic", "t1").created());
    assertNear(3600, foreign.number("TTL", "cache:topic:t1"));
    assertNear(0, read("topic", "t1").ageSeconds());
  }

  @Test
  void write_takesALifetimeOfItsOwnAndKnowsItsAge() throws Exception {
    ask(lasting(600L, List.of()));
    assertNear(600, foreign.number("TTL", "cache:topic:t1"));
    pass(Duration.ofMinutes(4), "cache:topic:t1", "lifetime:{cache:topic:t1}");
    Entry entry = read("topic", "t1");
    assertNear(360, entry.ttlSeconds());
    assertNear(240, entry.ageSeconds());
  }

  @Test
  void read_tellsTheAgeOfAnEntryWithTheUsualLifetime() throws Exception {
    write("topic", "t1");
    pass(Duration.ofMinutes(20), "cache:topic:t1");
    assertNear(1200, read("topic", "t1").ageSeconds());
    assertNear(2400, read("topic", "t1").ttlSeconds());
  }

  @Test
  void spaces_neverSeeEachOthersEntries() throws Exception {
    write("topic", "t1");
    for (String space : List.of("council", "content", PREFIXED)) {
      assertRefused(Code.ENTRY_UNKNOWN, new ReadEntry(space, "topic", List.of("t1")));
      assertFalse(ask(new RemoveEntry(space, "topic", List.of("t1"), null)).removed());
    }
    assertEquals(1, foreign.number("DBSIZE"));
  }

  @Test
  void write_putsThePrefixOfItsSpaceBeforeEveryKey() throws Exception {
    ask(tagging(PREFIXED, "topic", "t1", "red"));
    try (ForeignClient client = foreignOf(3)) {
      assertTrue(keys(client).stream().allMatch(key -> key.startsWith(PREFIX)));
      assertEquals("1", client.text("GET", PREFIX + "cache:topic:t1"));
    }
    assertEquals("1", ask(new ReadEntry(PREFIXED, "topic", List.of("t1"))).value().toString());
  }

  @Test
  void asks_ofWhatNobodyNamedAreRefused() {
    assertRefused(Code.SPACE_UNKNOWN, new ReadEntry("nowhere", "topic", List.of("t1")));
    for (String other : List.of("config", "session", "podcast", "tag", "Topic", "")) {
      assertRefused(Code.KEYSPACE_UNKNOWN, reading(other, "t1"));
      assertRefused(Code.KEYSPACE_UNKNOWN, writing(other, List.of("t1"), "1"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\tb", "a\nb", "\u0000", "\u007f", "\u0085", "\u00a0"})
  void write_refusesAnIdThatCouldBeMisread(String id) {
    assertRefused(Code.INVALID_ID, writing("topic", List.of(id), "1"));
    assertRefused(Code.INVALID_ID, writing("metrics", List.of("api", id), "1"));
    assertEquals(0, foreign.number("DBSIZE"));
  }

  @Test
  void write_refusesColonsWhereTheySeparateAndTakesThemElsewhere() throws Exception {
    assertRefused(Code.INVALID_ID, writing("metrics", List.of("a:b", "c"), "1"));
    assertRefused(Code.INVALID_ID, writing("snippet-page", List.of("t1", "1:2"), "1"));
    assertEquals(0, foreign.number("DBSIZE"));
    write("user", "a:b");
    assertEquals(Set.of("user:a:b"), keys(foreign));
  }

  @Test
  void write_refusesAnIdOf300CharactersAndTakes256() throws Exception {
    assertRefused(Code.INVALID_ID, writing("topic", List.of("x".repeat(300)), "1"));
    assertRefused(Code.INVALID_ID, writing("topic", List.of("x".repeat(257)), "1"));
    assertEquals(0, foreign.number("DBSIZE"));
    write("topic", "\u00e9".repeat(256));
    assertEquals(1, foreign.number("EXISTS", "cache:topic:" + "\u00e9".repeat(256)));
  }

  @Test
  void write_refusesAWrongNumberOfIds() {
    assertRefused(Code.INVALID_ID, writing("topic", List.of(), "1"));
    assertRefused(Code.INVALID_ID, writing("topic", List.of("a", "b"), "1"));
    assertRefused(Code.INVALID_ID, writing("topics", List.of("all"), "1"));
    assertRefused(Code.INVALID_ID, writing("metrics", List.of("api"), "1"));
    assertEquals(0, foreign.number("DBSIZE"));
  }

  @Test
  void write_refusesOneByteTooMany() throws Exception {
    String largest = "\"" + "x".repeat(MAX_VALUE_BYTES - 2) + "\"";
    assertRefused(Code.TOO_LARGE, writing("topic", List.of("t1"), largest + " "));
    assertEquals(0, foreign.number("DBSIZE"));
    assertTrue(ask(writing("topic", List.of("t1"), largest)).created());
    assertEquals(MAX_VALUE_BYTES, foreign.number("STRLEN", "cache:topic:t1"));
  }

  @Test
  void write_refusesBadTagsAndLifetimesAndStoresNothing() {
    for (String tag : List.of("", "a b", "a,b", "\u00e9", "a\n", "x".repeat(129))) {
      assertRefused(Code.INVALID_TAG, lasting(null, List.of("good", tag)));
    }
    for (long seconds : new long[] {0, -1, 31_536_001, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertRefused(Code.INVALID_MAX_AGE, lasting(seconds, List.of("good")));
    }
    assertEquals(0, foreign.number("DBSIZE"));
  }

  @Test
  void read_tellsThatTheKeyHoldsAnotherType() {
    foreign.send("HSET", "cache:topic:t1", "a", "1");
    assertRefused(Code.UNREADABLE_VALUE, reading("topic", "t1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "(dp0\nS'a'\n.", "{\"a\":", "{} {}", "NaN"})
  void read_tellsThatTheBytesAreNoJson(String junk) throws Exception {
    foreign.send("SET", "cache:topic:t1", junk);
    foreign.send("SET", "config:any", junk);
    for (int i = 0; i < 3; i++) {
      assertRefused(Code.UNREADABLE_VALUE, reading("topic", "t1"));
      assertRefused(Code.UNREADABLE_VALUE, new ReadConfig("aethercast", "any"));
    }
    foreign.send("SET", "cache:topic:t1", "1");
    Awaitility.await().ignoreExceptions().until(() -> read("topic", "t1").source() == Source.NEAR);
  }

  @Test
  void read_costsOneRoundTripInRedisAndNoneInMemory() throws Exception {
    write("topic", "t1");
    foreign.send("CONFIG", "RESETSTAT");
    assertEquals(Source.REDIS, read("topic", "t1").source());
    Awaitility.await().until(() -> read("topic", "t1").source() == Source.NEAR);
    long values = calls("mget");
    long lifetimes = calls("pttl");
    assertEquals(values, lifetimes);
    for (int i = 0; i < 100; i++) {
      assertEquals(Source.NEAR, read("topic", "t1").source());
    }
    assertEquals(values, calls("mget"));
    assertEquals(lifetimes, calls("pttl"));
    for (String other : List.of("get", "evalsha", "eval", "exists", "type")) {
      assertEquals(0, calls(other), other);
    }
  }

  @Test
  void manyLargeEntries_areAnsweredInParts_whateverIsRead() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add("t" + i);
      foreign.send(
          "SETEX", "cache:topic:t" + i, "600", i < 8 ? "1" : '"' + "x".repeat(200_000) + '"');
    }
    foreign.send("DEL", "cache:topic:t9");
    foreign.send("RPUSH", "cache:topic:t9", "of another type");
    List<String> left = ids;
    Set<String> seen = new HashSet<>();
    for (int answers = 1; left != null; answers++) {
      DocumentsById some = ask(new ReadEntries("aethercast", "topic", left));
      assertTrue(some.documentBytes() <= LimitedBytes.MOST, () -> some.documentBytes() + " bytes");
      seen.addAll(some.found().keySet());
      seen.addAll(some.missing());
      left = some.omitted();
      assertTrue(answers < 8, "an answer has as much as it may");
    }
    assertEquals(Set.copyOf(ids), seen);
  }

  @Test
  void manyShortEntries_areReadInOneRoundTrip() throws Exception {
    for (int i = 0; i < 100; i++) {
      foreign.send("SETEX", "cache:topic:t" + i, "600", "1");
    }
    List<String> ids = IntStream.range(0, 100).mapToObj(i -> "t" + i).toList();
    foreign.send("CONFIG", "RESETSTAT");
    assertEquals(100, ask(new ReadEntries("aethercast", "topic", ids)).found().size());
    assertEquals(100, calls("getrange"));
    assertEquals(0, calls("get") + calls("mget"));
  }

  private long calls(String command) {
    String line =
        foreign
            .text("INFO", "commandstats")
            .lines()
            .filter(stat -> stat.startsWith("cmdstat_" + command + ":"))
            .findFirst()
            .orElse("calls=0,");
    return Long.parseLong(line.replaceFirst("[^=]*calls=([0-9]+),.*", "$1"));
  }

  @Test
  void read_answersAJsonObjectWithAJsonObject() throws Exception {
    ask(writing("topic", List.of("t1"), BYTES));
    JsonObject answer = foreignRead("t1");
    assertEquals(new JsonObject(BYTES), answer.getJsonObject("value"));
    assertNear(3600, answer.getLong("ttlSeconds"));
    assertEquals(Set.of("value", "ageSeconds", "ttlSeconds", "source"), answer.fieldNames());
  }

  @Test
  void read_failsAJsonObjectByTheNameOfTheCode() {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> foreignRead("t1"));
    assertEquals("entry-unknown", thrown.getCause().getMessage());
  }

  private JsonObject foreignRead(String id) throws Exception {
    JsonObject ask = new JsonObject().put("space", "aethercast").put("keyspace", "topic");
    ask.put("ids", new JsonArray().add(id));
    return (JsonObject)
        await(vertx.eventBus().<Object>request("aetherkeep.read-entry", ask)).body();
  }

  private static WriteEntry lasting(Long seconds, List<String> tags) {
    return new WriteEntry(
        "aethercast", "topic", List.of("t1"), Document.of("1"), seconds, tags, null, false);
  }
}
