package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import io.aetherkeep.catalogue.StatusListAsks.Listed;
import io.aetherkeep.catalogue.StatusListAsks.ReadStatuses;
import io.aetherkeep.catalogue.StatusListAsks.StatusPage;
import io.aetherkeep.document.Document;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusVerticleTest extends StatusDeployment {

  @Test
  void put_ofTooManyMembersIsRefused() {
    String many =
        IntStream.range(0, MAX_MEMBERS)
            .mapToObj(number -> "\"f" + number + "\":1")
            .collect(Collectors.joining(",", "{\"status\":\"pending\",", "}"));
    assertRefused(Code.TOO_MANY_MEMBERS, putting("podcast", "p1", null, many));
    assertRefused(Code.TOO_MANY_MEMBERS, putting("request", "p1", null, many));
    assertRefused(Code.STATUS_UNKNOWN, reading("podcast", "p1"));
  }

  @Test
  void put_standsInRedisAsTheThreeSystemsWriteIt() throws Exception {
    String podcast = "{\"podcast_id\" : \"p1\", \"status\": \"queued\", \"mine\": [1]}";
    assertTrue(put("podcast", "p1", podcast).created());
    assertEquals(podcast, foreign.text("GET", "cache:podcast_status:p1"));
    assertTrue(foreign.number("PTTL", "cache:podcast_status:p1") > 290_000);
    put("request", "r1", "{\"status\":\"processing\",\"progress\":40,\"by\":{\"a\":null}}");
    assertEquals("processing", foreign.text("HGET", "request:status:r1", "status"));
    assertEquals("40", foreign.text("HGET", "request:status:r1", "progress"));
    assertEquals("{\"a\":null}", foreign.text("HGET", "request:status:r1", "by"));
    assertTrue(foreign.number("PTTL", "request:status:r1") > 3_590_000);
    put("crawl", "c1", status("pending"));
    assertTrue(foreign.number("PTTL", "crawl:status:c1") > 3_590_000);
    put("deploy", "d1", status("pending"));
    assertTrue(foreign.number("PTTL", "deploy:status:d1") > 1_790_000);
  }

  @Test
  void aPodcastsStatus_namesThePodcastWhereTheBodyDoesNot() throws Exception {
    put("podcast", "p1", status("queued"));
    assertEquals(
        "p1",
        new JsonObject(foreign.text("GET", "cache:podcast_status:p1")).getString("podcast_id"));
    assertFalse(put("podcast", "p1", status("queued")).changed());
  }

  @Test
  void read_answersTheDocumentWithItsCourse() throws Exception {
    put("request", "r1", 3, status("processing", 40));
    Status status = read("request", "r1");
    assertEquals("{\"status\":\"processing\",\"progress\":40}", status.document().toString());
    assertEquals(3, status.attempt());
    assertFalse(status.terminal());
    assertNull(status.previous());
    assertEquals(clock.instant().toString(), status.updatedAt());
    clock.move(Duration.ofSeconds(5));
    put("request", "r1", status("completed", 100));
    Status later = read("request", "r1");
    assertTrue(later.terminal());
    assertEquals(status.offset(), later.previous());
    assertTrue(later.isAfter(status.offset()));
  }

  @Test
  void aHash_isPublishedAsItIsRead() throws Exception {
    BlockingQueue<StatusChanged> heard = new LinkedBlockingQueue<>();
    await(bus.subscribe(StatusChanged.class, heard::add));
    String sent = "{\"progress\": 40, \"status\": \"processing\", \"eta\": 12, \"note\": null}";
    StatusWritten written = put("request", "r1", sent);
    Status status = read("request", "r1");
    String stored = "{\"status\":\"processing\",\"progress\":40,\"eta\":\"12\"}";
    assertEquals(stored, status.document().toString());
    assertEquals(status.version(), written.version());
    Status followed = follow("request", "r1", "0-0").statuses().get(0);
    assertEquals(stored, followed.document().toString());
    assertEquals(status.version(), followed.version());
    assertEquals(stored, text(heard).document().toString());
  }

  @Test
  void final_isFinalUntilANewAttempt() throws Exception {
    put("podcast", "p1", status("audio_rendering"));
    put("podcast", "p1", status("ready_to_stream"));
    assertRefused(Code.STATUS_FINAL, putting("podcast", "p1", null, status("error")));
    assertRefused(Code.STATUS_FINAL, putting("podcast", "p1", 1, status("queued")));
    StatusWritten again = put("podcast", "p1", status("ready_to_stream"));
    assertFalse(again.changed());
    assertEquals(2, put("podcast", "p1", 2, status("queued")).attempt());
    assertRefused(Code.STALE_ATTEMPT, putting("podcast", "p1", 1, status("error")));
    assertTrue(foreign.text("GET", "cache:podcast_status:p1").contains("queued"));
  }

  @Test
  void stepsAndProgress_neverGoBack() throws Exception {
    put("request", "r1", status("processing", 40));
    assertRefused(Code.STATUS_BEHIND, putting("request", "r1", null, status("processing", 39)));
    assertRefused(Code.STATUS_BEHIND, putting("request", "r1", null, status("pending", 50)));
    assertRefused(Code.STATUS_BEHIND, putting("request", "r1", null, status("completed", 5)));
    put("request", "r1", status("summing-up"));
    assertRefused(Code.STATUS_BEHIND, putting("request", "r1", null, status("processing", 39)));
    assertTrue(put("request", "r1", 2, status("pending", 0)).changed());
  }

  @Test
  void aDuplicate_isASignOfLifeAndNothingElse() throws Exception {
    String offset = put("crawl", "c1", status("running", 10)).offset();
    foreign.send("PEXPIRE", "crawl:status:c1", "5000");
    clock.move(Duration.ofSeconds(30));
    StatusWritten again = put("crawl", "c1", status("running", 10));
    assertFalse(again.changed());
    assertEquals(offset, again.offset());
    assertEquals(1, foreign.number("XLEN", "feed:status:crawl:c1"));
    assertTrue(foreign.number("PTTL", "crawl:status:c1") > 3_590_000);
  }

  @Test
  void unknown_isNotPending_andExpiredIsNotUnknown() throws Exception {
    assertRefused(Code.STATUS_UNKNOWN, reading("crawl", "c1"));
    put("crawl", "c1", status("running"));
    expire("crawl:status:c1");
    assertRefused(Code.STATUS_EXPIRED, reading("crawl", "c1"));
    assertTrue(foreign.number("TTL", "run:{crawl:status:c1}") > 86_400);
  }

  @Test
  void anExpiredEnd_isStillFinal() throws Exception {
    put("crawl", "c1", status("failed"));
    expire("crawl:status:c1");
    assertRefused(Code.STATUS_FINAL, putting("crawl", "c1", null, status("running")));
    assertRefused(Code.STATUS_EXPIRED, reading("crawl", "c1"));
    assertTrue(put("crawl", "c1", 2, status("running")).created());
  }

  @Test
  void whatPythonWrites_isSeenAndHasItsPlace() throws Exception {
    foreign.send(
        "SETEX", "crawl:status:c1", "1800", "{\"status\": \"running\", \"n\": \"\\u00f6\"}");
    Status first = read("crawl", "c1");
    assertEquals("{\"status\": \"running\", \"n\": \"\\u00f6\"}", first.document().toString());
    assertEquals(1, first.attempt());
    foreign.send("SETEX", "crawl:status:c1", "1800", status("completed"));
    assertRefused(Code.STATUS_FINAL, putting("crawl", "c1", null, status("running")));
    Status second = read("crawl", "c1");
    assertEquals(first.offset(), second.previous());
    assertTrue(second.terminal());
    foreign.send("SETEX", "crawl:status:c1", "1800", status("pending"));
    assertEquals(2, read("crawl", "c1").attempt());
    assertTrue(foreign.number("TTL", "crawl:status:c1") <= 1800);
  }

  @Test
  void whatNodeWrites_isSeenAndKept() throws Exception {
    foreign.send("HSET", "request:status:r1", "status", "processing", "progress", "12.5");
    assertEquals(
        "{\"status\":\"processing\",\"progress\":12.5}",
        read("request", "r1").document().toString());
    assertEquals(-1, foreign.number("TTL", "request:status:r1"));
    foreign.send("HSET", "request:status:r1", "progress", "30");
    assertRefused(Code.STATUS_BEHIND, putting("request", "r1", null, status("processing", 20)));
    assertEquals(2, foreign.number("XLEN", "feed:status:request:r1"));
  }

  @Test
  void foreignBytesThatAreNoStatus_areRefusedAndWrittenOver() throws Exception {
    foreign.send("SET", "crawl:status:c1", "no json");
    assertRefused(Code.UNREADABLE_VALUE, reading("crawl", "c1"));
    foreign.send("LPUSH", "crawl:status:c2", "x");
    assertRefused(Code.UNREADABLE_VALUE, reading("crawl", "c2"));
    put("crawl", "c1", status("running"));
    assertEquals(status("running"), foreign.text("GET", "crawl:status:c1"));
  }

  @Test
  void badInput_storesNothing() {
    for (String bad :
        List.of(
            "[]",
            "1",
            "{}",
            "{\"status\":1}",
            "{\"status\":\"\"}",
            "{\"status\":\"a b\"}",
            "{\"status\":\"running\",\"progress\":101}",
            "{\"status\":\"running\",\"progress\":-1}",
            "{\"status\":\"running\",\"progress\":\"4\"}",
            "{\"status\":\"running\",\"progress\":1e999}")) {
      assertRefused(Code.INVALID_BODY, putting("crawl", "c1", null, bad));
    }
    assertRefused(Code.INVALID_PARAMETER, putting("crawl", "c1", 0, status("running")));
    assertRefused(Code.INVALID_ID, putting("crawl", "a:b", null, status("running")));
    assertRefused(Code.INVALID_ID, putting("crawl", "a b", null, status("running")));
    assertRefused(Code.KEYSPACE_UNKNOWN, putting("topic", "c1", null, status("running")));
    assertRefused(
        Code.SPACE_UNKNOWN,
        new PutStatus("x", "crawl", "c1", Document.of(status("running")), null));
    assertRefused(
        Code.TOO_LARGE,
        putting(
            "crawl", "c1", null, "{\"status\":\"running\",\"x\":\"" + "x".repeat(1 << 16) + "\"}"));
    assertEquals(0, foreign.number("DBSIZE"));
  }

  @Test
  void many_comeInOneAnswer() throws Exception {
    put("request", "r1", status("processing", 40));
    put("crawl", "c1", status("running"));
    foreign.send("SET", "crawl:status:c2", "no json");
    DocumentsById crawls = ask(new ReadStatuses(SPACE, "crawl", List.of("c1", "c2", "c3", "c1")));
    assertEquals(Set.of("c1"), crawls.found().keySet());
    assertEquals(List.of("c3"), crawls.missing());
    assertEquals(List.of("c2"), crawls.unreadable());
    assertRefused(Code.UNREADABLE_VALUE, new ReadStatus(SPACE, "crawl", "c2"));
    DocumentsById requests = ask(new ReadStatuses(SPACE, "request", List.of("r1", "r2")));
    assertEquals(
        "{\"status\":\"processing\",\"progress\":40}", requests.found().get("r1").toString());
    assertRefused(Code.INVALID_PARAMETER, new ReadStatuses(SPACE, "crawl", List.of()));
  }

  @Test
  void aList_saysWhenWhatStallsIsSaidToHave() throws Exception {
    put("deploy", "d1", status("running"));
    Listed listed = ask(new ListStatuses(SPACE, "deploy", null, null)).items().get(0);
    Duration patience =
        Duration.between(Instant.parse(listed.updatedAt()), Instant.parse(listed.stalledAt()));
    assertEquals(settings().stalledAfter(), patience);
  }

  @Test
  void list_pagesWhatIsInProgressAndNothingElse() throws Exception {
    for (int i = 0; i < 300; i++) {
      put("deploy", "d" + i, status(i % 3 == 0 ? "completed" : "running"));
    }
    expire("deploy:status:d1");
    Set<String> seen = new HashSet<>();
    String cursor = null;
    do {
      StatusPage page = ask(new ListStatuses(SPACE, "deploy", cursor, 20));
      page.items().stream().map(Listed::id).forEach(seen::add);
      cursor = page.next();
    } while (cursor != null);
    assertEquals(199, seen.size());
    assertFalse(seen.contains("d1"));
    for (String none : List.of("x", "99999999999999999999", "")) {
      assertRefused(Code.INVALID_PARAMETER, new ListStatuses(SPACE, "deploy", none, null));
    }
    assertRefused(Code.INVALID_PARAMETER, new ListStatuses(SPACE, "deploy", null, 501));
  }

  @Test
  void change_isPublished() throws Exception {
    BlockingQueue<StatusChanged> heard = new LinkedBlockingQueue<>();
    await(bus.subscribe(StatusChanged.class, heard::add));
    put("crawl", "c1", status("running"));
    put("crawl", "c1", status("running"));
    put("crawl", "c1", status("completed"));
    assertEquals(status("running"), text(heard).document().toString());
    StatusChanged last = text(heard);
    assertTrue(last.terminal());
    assertNull(last.failed());
    assertEquals("c1", last.id());
    put("crawl", "c2", status("failed"));
    assertEquals(true, text(heard).failed());
  }

  @Test
  void aForeignChange_isPublishedByWhoNotesIt() throws Exception {
    BlockingQueue<StatusChanged> heard = new LinkedBlockingQueue<>();
    await(bus.subscribe(StatusChanged.class, heard::add));
    foreign.send("SETEX", "crawl:status:c1", "60", status("running"));
    for (int i = 0; i < 10; i++) {
      read("crawl", "c1");
    }
    put("crawl", "c1", status("completed"));
    assertFalse(text(heard).terminal());
    assertTrue(text(heard).terminal());
    assertTrue(heard.isEmpty());
  }

  private static StatusChanged text(BlockingQueue<StatusChanged> heard) throws Exception {
    return heard.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void anEstimate_comesFromProgressOrFromHistory() throws Exception {
    put("crawl", "c1", status("running", 0));
    clock.move(Duration.ofSeconds(10));
    put("crawl", "c1", status("running", 25));
    var byProgress = read("crawl", "c1").estimate();
    assertEquals("progress", byProgress.basis());
    assertEquals(clock.instant().plusSeconds(30).toString(), byProgress.completionTime());
    for (String id : List.of("x", "y", "z")) {
      put("deploy", id, status("running"));
      clock.move(Duration.ofSeconds(20));
      put("deploy", id, status("completed"));
    }
    put("deploy", "d1", status("running"));
    var byHistory = read("deploy", "d1").estimate();
    assertEquals("history", byHistory.basis());
    assertEquals(clock.instant().plusSeconds(20).toString(), byHistory.completionTime());
    put("podcast", "p1", "{\"status\":\"queued\",\"estimated_completion_time\":\"soon\"}");
    assertNull(read("podcast", "p1").estimate());
  }

  @Test
  void spaces_areApart() throws Exception {
    ask(new PutStatus("prefixed", "crawl", "c1", Document.of(status("running")), null));
    assertRefused(Code.STATUS_UNKNOWN, reading("crawl", "c1"));
    assertEquals(
        status("running"), ask(new ReadStatus("prefixed", "crawl", "c1")).document().toString());
    foreign.send("SELECT", "3");
    assertEquals(1, foreign.number("EXISTS", PREFIX + "crawl:status:c1"));
    assertEquals(1, foreign.number("EXISTS", PREFIX + "run:{" + PREFIX + "crawl:status:c1}"));
    foreign.send("SELECT", "0");
    assertEquals(0, foreign.number("DBSIZE"));
  }
}
