package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.Removed;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheListAsks.ReadCacheStats;
import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.InvalidationAsks.Invalidated;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidationProgress;
import io.aetherkeep.catalogue.InvalidationAsks.ReadInvalidation;
import io.aetherkeep.catalogue.InvalidationAsks.StartInvalidation;
import io.aetherkeep.catalogue.NodeAsks.ReadConfigCopy;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.document.Document;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * While Redis is unavailable, reads answer last known or loaded values, and accepted invalidations
 * are kept.
 */
class OutageTest {

  private static final Space SPACE =
      new Space("aethercast", "", Dialect.AETHERCAST, 1 << 20, Map.of());

  @TempDir private Path data;
  private final Vertx vertx = Vertx.vertx();
  private final FakeRecords records = new FakeRecords();
  private EmbeddedRedis redis;
  private Bus bus;

  @BeforeEach
  void deploy() throws Exception {
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withDataDirectory(data));
    records.serve(vertx, "user");
    bus = start(vertx);
  }

  private RedisTarget target() {
    return new RedisTarget(
        redis.url(),
        0,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        1024,
        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50)));
  }

  /** Starts a node. */
  private Bus start(Vertx on) throws Exception {
    Bus started = Bus.on(on, Protocol.TYPES, Duration.ofSeconds(20));
    RedisAccess access = await(RedisAccess.open(on, 2, Map.of(SPACE, target())));
    Awaitility.await().until(() -> access.unavailableReason(SPACE) == null);
    CacheSettings usual = CacheSettings.usual();
    CacheSettings settings =
        new CacheSettings(
            usual.near(),
            CacheDeployment.patientLoading(),
            usual.postgres(),
            Map.of("aethercast", new Declarations(Dialect.ANY, "", Map.of("user", "bus"))));
    await(
        on.deployVerticle(
            CacheVerticle.instances(started, access, settings, data.resolve("promises")),
            new DeploymentOptions().setInstances(2)));
    return started;
  }

  @AfterEach
  void close() throws Exception {
    records.release();
    await(vertx.close());
    redis.close();
  }

  private <A> A ask(Ask<A> ask) throws Exception {
    return await(bus.ask(ask));
  }

  private void assertRefused(Code code, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(ask));
    assertEquals(code, Failure.from(thrown.getCause()).code());
  }

  private static ReadEntry reading(String keyspace, String id) {
    return new ReadEntry("aethercast", keyspace, List.of(id));
  }

  private static WriteEntry writing(String id, String json) {
    return new WriteEntry(
        "aethercast", "topic", List.of(id), Document.of(json), null, List.of(), null, false);
  }

  /** Reads until a near copy answers. Reads may fail while Redis has just returned. */
  private void warm(String id) {
    Awaitility.await()
        .ignoreExceptions()
        .until(() -> ask(reading("topic", id)).source() == Source.NEAR);
  }

  /** Loses Redis; an event loop may notice it after another, and fail one more command. */
  private void lose() {
    redis.close();
    Awaitility.await()
        .untilAsserted(() -> assertRefused(Code.REDIS_UNAVAILABLE, reading("topic", "nothing")));
  }

  private void restore() {
    redis =
        EmbeddedRedis.start(EmbeddedRedis.options().withDataDirectory(data).withPort(redis.port()));
  }

  @Test
  void reads_areWhatWasLastKnown() throws Exception {
    ask(writing("a", "1"));
    warm("a");
    lose();
    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Entry entry = ask(reading("topic", "a"));
              assertEquals(Source.STALE_OUTAGE, entry.source());
              assertEquals("1", entry.value().toString());
            });
    assertRefused(Code.REDIS_UNAVAILABLE, writing("a", "2"));
    restore();
    warm("a");
  }

  @Test
  void readsOfMany_areWhatWasLastKnownOfEach() throws Exception {
    ask(writing("a", "1"));
    ask(writing("b", "2"));
    warm("a");
    warm("b");
    lose();
    ReadEntries known = new ReadEntries("aethercast", "topic", List.of("a", "b"));
    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              DocumentsById entries = ask(known);
              assertEquals(Map.of("a", Document.of("1"), "b", Document.of("2")), entries.found());
              assertTrue(Objects.requireNonNull(entries.staleSeconds()) >= 0);
            });
    DocumentsById some = ask(new ReadEntries("aethercast", "topic", List.of("a", "none")));
    assertEquals(Map.of("a", Document.of("1")), some.found());
    assertEquals(List.of("none"), some.unavailable());
    assertRefused(
        Code.REDIS_UNAVAILABLE, new ReadEntries("aethercast", "topic", List.of("none", "none2")));
    records.has("7", 1);
    DocumentsById users = ask(new ReadEntries("aethercast", "user", List.of("7", "8")));
    assertEquals(Map.of("7", Document.of("1")), users.found());
    assertEquals(List.of("8"), users.missing());
    assertNull(users.staleSeconds());
    restore();
    Awaitility.await().ignoreExceptions().until(() -> ask(known).staleSeconds() == null);
  }

  @Test
  void lastKnownValue_isAsOldAsItsRead() throws Exception {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      // Half of the usual lifetime is over.
      foreign.send("SET", "cache:topic:a", "1", "EX", "1800");
    }
    warm("a");
    lose();
    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Entry entry = ask(reading("topic", "a"));
              assertEquals(Source.STALE_OUTAGE, entry.source());
              assertTrue(entry.ageSeconds() >= 1800);
              assertTrue(Objects.requireNonNull(entry.staleSeconds()) < 1800);
              DocumentsById many = ask(new ReadEntries("aethercast", "topic", List.of("a")));
              assertTrue(Objects.requireNonNull(many.staleSeconds()) < 1800);
            });
  }

  @Test
  void aConfiguration_isWhatWasLastKnownThroughoutTheOutage() throws Exception {
    ask(new WriteConfig("aethercast", "x", Document.of("1"), null, false, null, null));
    ReadConfig reading = new ReadConfig("aethercast", "x");
    Awaitility.await()
        .until(
            () -> {
              assertNull(ask(reading).staleSeconds());
              return ask(new ReadConfigCopy("aethercast", "x")).fresh();
            });
    lose();
    // It grows older through several checks of the watch.
    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Config config = ask(reading);
              assertEquals("1", config.value().toString());
              assertTrue(Objects.requireNonNull(config.staleSeconds()) >= 2);
            });
  }

  @Test
  void reads_areWhatTheOriginSaysAndItIsNotAskedByEveryone() throws Exception {
    records.has("7", 1);
    lose();
    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(() -> assertEquals(Source.DIRECT, ask(reading("user", "7")).source()));
    assertTrue(records.asked() >= 1);
  }

  @Test
  void invalidations_waitForRedisAndAreThenMade() throws Exception {
    ask(writing("a", "1"));
    ask(writing("b", "1"));
    ask(writing("c", "1"));
    warm("a");
    lose();
    assertEquals(
        new Removed(false, true), ask(new RemoveEntry("aethercast", "topic", List.of("a"), null)));
    assertEquals(
        new Invalidated(0, 0, true),
        ask(new InvalidateEntries("aethercast", "topic", null, "b*", null, false)));
    assertRefused(Code.REDIS_UNAVAILABLE, reading("topic", "a"));
    assertEquals(2, ask(new ReadCacheStats("aethercast")).promised());
    restore();
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      Awaitility.await()
          .until(() -> foreign.number("EXISTS", "cache:topic:a", "cache:topic:b") == 0);
      assertEquals(1, foreign.number("EXISTS", "cache:topic:c"));
    }
    Awaitility.await().until(() -> ask(new ReadCacheStats("aethercast")).promised() == 0);
  }

  @Test
  void theRemovalOfAnEntryWithoutIds_waitsForRedisAndIsThenMade() throws Exception {
    ask(
        new WriteEntry(
            "aethercast", "topics", List.of(), Document.of("1"), null, List.of(), null, false));
    lose();
    assertEquals(
        new Removed(false, true), ask(new RemoveEntry("aethercast", "topics", List.of(), null)));
    restore();
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      Awaitility.await().until(() -> foreign.number("EXISTS", "cache:topics:all") == 0);
    }
  }

  @Test
  void whatWasWrittenAfterAnInvalidationThatWaited_stays() throws Exception {
    ask(writing("a1", "1"));
    lose();
    for (InvalidateEntries what :
        List.of(
            new InvalidateEntries("aethercast", "topic", null, "a*", null, false),
            new InvalidateEntries("aethercast", "topic", List.of("a2"), null, null, false))) {
      assertEquals(new Invalidated(0, 0, true), ask(what));
    }
    // Waits longer than any difference of clocks.
    long promised = System.nanoTime();
    Awaitility.await().until(() -> System.nanoTime() - promised > 300_000_000);
    writeElsewhere("cache:topic:a2", "cache:topic:a3");
    restore();
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      // Another lifetime does not make an entry newer.
      Awaitility.await().until(() -> foreign.number("EXISTS", "cache:topic:a1") == 0);
      assertEquals(2, foreign.number("EXISTS", "cache:topic:a2", "cache:topic:a3"));
    }
  }

  @Test
  void whatThisNodeWritesBetweenRedissReturnAndTheReplay_stays() throws Exception {
    ask(writing("a", "1"));
    lose();
    assertEquals(
        new Invalidated(0, 0, true),
        ask(new InvalidateEntries("aethercast", "topic", null, "*", null, false)));
    restore();
    // The same value as before, with a lifetime that does not show when it was written.
    WriteEntry again =
        new WriteEntry(
            "aethercast", "topic", List.of("a"), Document.of("1"), 9_000L, List.of(), null, false);
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () -> {
              ask(again);
              return true;
            });
    Awaitility.await().until(() -> ask(new ReadCacheStats("aethercast")).promised() == 0);
    assertEquals("1", ask(reading("topic", "a")).value().toString());
  }

  /** Another node reconnects to Redis before this one. */
  private void writeElsewhere(String... keys) throws Exception {
    try (EmbeddedRedis other =
            EmbeddedRedis.start(EmbeddedRedis.options().withDataDirectory(data));
        ForeignClient foreign = new ForeignClient(other.port())) {
      assertEquals(1, foreign.number("EXPIRE", "cache:topic:a1", "3600"));
      for (String key : keys) {
        foreign.send("SET", key, "2", "EX", "3600");
      }
    }
  }

  private static InvalidateEntries byTag(String tag) {
    return new InvalidateEntries("aethercast", null, null, null, tag, false);
  }

  private Source source(String id) throws Exception {
    return ask(reading("topic", id)).source();
  }

  @Test
  void aTagThatWaits_isNotServedFromMemory() throws Exception {
    ask(
        new WriteEntry(
            "aethercast",
            "topic",
            List.of("a"),
            Document.of("1"),
            null,
            List.of("red"),
            null,
            false));
    ask(writing("b", "1"));
    warm("a");
    warm("b");
    lose();
    Awaitility.await().ignoreExceptions().until(() -> source("a") == Source.STALE_OUTAGE);
    assertEquals(new Invalidated(0, 0, true), ask(byTag("red")));
    assertRefused(Code.REDIS_UNAVAILABLE, reading("topic", "a"));
    assertEquals(Source.STALE_OUTAGE, source("b"));
    restore();
  }

  @Test
  void whatIsBegunInTheBackground_waitsForRedisToo() throws Exception {
    ask(writing("a", "1"));
    lose();
    InvalidateEntries what = new InvalidateEntries("aethercast", "topic", null, "*", null, false);
    String id = ask(new StartInvalidation(what)).id();
    ReadInvalidation reading = new ReadInvalidation("aethercast", id);
    Awaitility.await().until(() -> ask(reading).state().equals("queued"));
    restore();
    Awaitility.await().until(() -> ask(reading).state().equals("done"));
    assertEquals(new InvalidationProgress(id, "done", 1, 1, null), ask(reading));
  }

  @Test
  void whatWasPromised_isMadeByTheNextNodeWithTheSameDirectory() throws Exception {
    ask(writing("a", "1"));
    ask(writing("b", "1"));
    lose();
    ask(new RemoveEntry("aethercast", "topic", List.of("a"), null));
    InvalidateEntries what = new InvalidateEntries("aethercast", "topic", null, "b", null, false);
    String id = ask(new StartInvalidation(what)).id();
    Awaitility.await()
        .until(() -> ask(new ReadInvalidation("aethercast", id)).state().equals("queued"));
    await(vertx.close());
    restore();
    Vertx next = Vertx.vertx();
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      Bus nextBus = start(next);
      Awaitility.await()
          .until(() -> foreign.number("EXISTS", "cache:topic:a", "cache:topic:b") == 0);
      Awaitility.await()
          .until(
              () ->
                  await(nextBus.ask(new ReadInvalidation("aethercast", id)))
                      .state()
                      .equals("done"));
      Awaitility.await().until(() -> data.resolve("promises").toFile().list().length == 0);
    } finally {
      await(next.close());
    }
  }
}
