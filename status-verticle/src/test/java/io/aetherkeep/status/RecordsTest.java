package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.OriginAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import io.aetherkeep.catalogue.StatusListAsks.ReadStatuses;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A missing status is restored from the system of record, and never decreases. */
class RecordsTest extends StatusDeployment {

  private static final String PODCAST = "cache:podcast_status:p";
  private static final String DONE =
      "{\"status\": \"ready_to_stream\", \"stream_id\": \"s\", \"podcast_id\": \"p\"}";

  private final Map<String, Future<Loaded>> records = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Queue<StatusChanged> received = new ConcurrentLinkedQueue<>();

  /** Answers as the cache verticle does, which reads the system of record. */
  @BeforeEach
  void serve() throws Exception {
    await(bus.answer(LoadFromOrigin.class, this::load));
    await(bus.subscribe(StatusChanged.class, received::add));
  }

  private Future<Loaded> load(LoadFromOrigin ask) {
    asked.incrementAndGet();
    return List.of("podcast", "request").contains(ask.keyspace())
        ? records.getOrDefault(
            ask.keyspace() + " " + ask.ids().get(0), Future.succeededFuture(Loaded.NOTHING))
        : Future.failedFuture(Failure.of(Code.KEYSPACE_UNKNOWN, "None is declared"));
  }

  private void record(String kind, String id, String json) {
    records.put(kind + " " + id, Future.succeededFuture(new Loaded(Document.of(json), null)));
  }

  private void fail(String kind, String id) {
    records.put(
        kind + " " + id, Future.failedFuture(Failure.of(Code.ORIGIN_UNAVAILABLE, "It is dead")));
  }

  /** A status that was written without an attempt. */
  private static String named(String word) {
    return "{\"status\": \"" + word + "\", \"podcast_id\": \"p\"}";
  }

  @Test
  void aRecordWithoutAnId_namesThePodcastWhenItIsPutBack() throws Exception {
    record("podcast", "p", status("queued"));
    assertEquals(named("queued"), read("podcast", "p").document().toString());
  }

  @Test
  void whatIsRecorded_isReadAndStandsInRedisForItsLifetime() throws Exception {
    record("podcast", "p", DONE);
    Status status = read("podcast", "p");
    assertEquals(DONE, status.document().toString());
    assertTrue(status.terminal());
    assertEquals(1, status.attempt());
    assertEquals(DONE, foreign.text("GET", PODCAST));
    long left = foreign.number("PTTL", PODCAST);
    assertTrue(left > 290_000 && left <= 300_000, () -> left + " ms");
    assertEquals(status.offset(), read("podcast", "p").offset());
    assertEquals(1, asked.get());
    assertEquals(0, foreign.number("EXISTS", "durations:status:podcast"), "nobody timed it");
  }

  @Test
  void recordedRunningStatus_isReadAgainSoon() throws Exception {
    record("podcast", "p", status("audio_rendering"));
    Status first = read("podcast", "p");
    assertFalse(first.terminal());
    long left = foreign.number("PTTL", PODCAST);
    assertTrue(left > 0 && left <= 10_000, () -> left + " ms");
    Awaitility.await().until(() -> received.size() == 1);
    expire(PODCAST);
    assertEquals(first.offset(), read("podcast", "p").offset(), "the same is no change");
    expire(PODCAST);
    record("podcast", "p", DONE);
    Followed followed = follow("podcast", "p", first.offset());
    assertTrue(followed.recovered());
    assertEquals(DONE, followed.statuses().get(0).document().toString());
    Awaitility.await().until(() -> received.size() == 2);
  }

  @Test
  void hashes_arePutBackAsHashes() throws Exception {
    record("request", "r", "{\"status\": \"failed\", \"error\": \"half\"}");
    assertTrue(read("request", "r").terminal());
    assertEquals("half", foreign.text("HGET", "request:status:r", "error"));
  }

  @Test
  void anEndInOtherWords_isNoNews() throws Exception {
    StatusWritten written = put("podcast", "p", 3, status("ready_to_stream"));
    Awaitility.await().until(() -> received.size() == 1);
    expire(PODCAST);
    record("podcast", "p", DONE);
    Status status = read("podcast", "p");
    assertEquals(DONE, status.document().toString());
    assertEquals(written.offset(), status.offset());
    assertEquals(3, status.attempt());
    put("podcast", "another", status("queued"));
    Awaitility.await().until(() -> received.stream().anyMatch(one -> one.id().equals("another")));
    assertEquals(2, received.size());
  }

  @Test
  void aRecordThatLagsBehindAnEnd_isRefused() throws Exception {
    put("podcast", "p", status("ready_to_stream"));
    expire(PODCAST);
    record("podcast", "p", status("audio_rendering"));
    assertRefused(Code.STATUS_EXPIRED, reading("podcast", "p"));
    record("podcast", "p", status("error"));
    assertRefused(Code.STATUS_EXPIRED, reading("podcast", "p"));
    assertEquals(0, foreign.number("EXISTS", PODCAST));
  }

  @Test
  void aRecordThatLagsBehindAStep_isRefused() throws Exception {
    put("podcast", "p", status("audio_rendering", 60));
    expire(PODCAST);
    record("podcast", "p", status("queued"));
    assertRefused(Code.STATUS_EXPIRED, reading("podcast", "p"));
    record("podcast", "p", status("audio_rendering", 59));
    assertRefused(Code.STATUS_EXPIRED, reading("podcast", "p"));
    record("podcast", "p", DONE);
    assertTrue(read("podcast", "p").terminal());
  }

  @Test
  void aStatusThatIsPutMeanwhile_isTheOne() throws Exception {
    Promise<Loaded> slow = Promise.promise();
    records.put("podcast p", slow.future());
    Future<Status> reading = bus.ask(reading("podcast", "p"));
    Awaitility.await().until(() -> asked.get() == 1);
    put("podcast", "p", status("queued"));
    slow.complete(new Loaded(Document.of(DONE), null));
    assertEquals(named("queued"), await(reading).document().toString());
    assertEquals(named("queued"), foreign.text("GET", PODCAST));
  }

  @Test
  void aRecordThatCannotBeAsked_isAClear503() throws Exception {
    fail("podcast", "p");
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("podcast", "p"));
    record("podcast", "p", "[1]");
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("podcast", "p"));
    record("podcast", "p", "{\"state\": \"done\"}");
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("podcast", "p"));
    assertEquals(0, foreign.number("EXISTS", PODCAST));
  }

  @Test
  void whatWasReadBefore_isStillKnownWhileTheRecordCannotBeAsked() throws Exception {
    put("podcast", "p", status("ready_to_stream"));
    // Reads on every event loop.
    for (int i = 0; i < 4; i++) {
      read("podcast", "p");
    }
    expire(PODCAST);
    fail("podcast", "p");
    Status known = read("podcast", "p");
    assertTrue(known.staleSeconds() != null);
    assertEquals(named("ready_to_stream"), known.document().toString());
  }

  @Test
  void kindsWithoutARecord_areNotAskedForAgain() throws Exception {
    for (int i = 0; i < 8; i++) {
      assertRefused(Code.STATUS_UNKNOWN, reading("crawl", "c" + i));
    }
    assertTrue(asked.get() <= 2, "once an event loop");
  }

  @Test
  void manyAtOnce_areFilledFromTheRecord() throws Exception {
    put("podcast", "a", status("queued"));
    record("podcast", "b", DONE);
    DocumentsById many = ask(new ReadStatuses(SPACE, "podcast", List.of("a", "b", "c")));
    assertEquals(List.of("c"), many.missing());
    assertEquals(DONE, many.found().get("b").toString());
  }

  @Test
  void oneOfManyWhoseRecordCannotBeAsked_leavesTheOthersReadable() throws Exception {
    put("podcast", "a", status("queued"));
    fail("podcast", "b");
    DocumentsById many = ask(new ReadStatuses(SPACE, "podcast", List.of("a", "b", "c")));
    assertEquals(List.of("a"), List.copyOf(many.found().keySet()));
    assertEquals(List.of("b"), many.unavailable());
    assertEquals(List.of("c"), many.missing());
    assertRefused(Code.ORIGIN_UNAVAILABLE, new ReadStatuses(SPACE, "podcast", List.of("b")));
  }

  @Test
  void silenceAndListings_askForNoRecord() throws Exception {
    put("podcast", "p", status("queued"));
    expire(PODCAST);
    int before = asked.get();
    assertEquals(List.of(), ask(new ListStatuses(SPACE, "podcast", null, null)).items());
    assertEquals(before, asked.get());
  }
}
