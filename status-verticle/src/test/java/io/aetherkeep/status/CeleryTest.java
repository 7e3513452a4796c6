package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.catalogue.StatusListAsks.ReadStatuses;
import io.aetherkeep.status.settings.StatusSettings.Results;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results as Celery 5.2 writes and publishes them, by the same commands. */
class CeleryTest extends StatusDeployment {

  private final BlockingQueue<StatusChanged> changes = new LinkedBlockingQueue<>();

  @Override
  protected Map<String, Results> celery() {
    return Map.of(SPACE, Results.CRAWL);
  }

  @BeforeEach
  void listen() throws Exception {
    await(bus.subscribe(StatusChanged.class, changes::add));
    Awaitility.await().until(() -> foreign.number("PUBSUB", "NUMPAT") == 1);
  }

  private String change() throws Exception {
    StatusChanged change = changes.poll(20, TimeUnit.SECONDS);
    return change.attempt() + " " + change.document();
  }

  @Test
  void aTask_isAStatus() throws Exception {
    says("t1", "STARTED", "{\"pid\": 1, \"hostname\": \"w\"}");
    assertEquals("1 {\"status\":\"running\",\"pid\":1,\"hostname\":\"w\"}", change());
    says("t1", "PROGRESS", "{\"current\": 3, \"total\": 4, \"page\": \"\\u00f6\"}");
    assertEquals(
        "1 {\"status\":\"running\",\"progress\":75,\"current\":3,\"total\":4,\"page\":\"\\u00f6\"}",
        change());
    says("t1", "SUCCESS", "{\"pages\": 4}");
    assertEquals(
        "1 {\"status\":\"completed\",\"progress\":100,\"result\":{\"pages\": 4}}", change());
    assertTrue(read("crawl", "t1").terminal());
    assertTrue(foreign.number("TTL", "crawl:status:t1") > 3590);
  }

  @Test
  void aFailure_hasTheMessageOfItsException() throws Exception {
    says(
        "t1",
        "FAILURE",
        "{\"exc_type\": \"ValueError\", \"exc_message\": [\"no page\"], \"exc_module\":"
            + " \"builtins\"}");
    assertEquals("1 {\"status\":\"failed\",\"error\":\"no page\"}", change());
    says("t2", "FAILURE", "{\"exc_type\": \"E\", \"exc_message\": \"plain\"}");
    assertEquals("1 {\"status\":\"failed\",\"error\":\"plain\"}", change());
    says("t3", "REVOKED", "{\"exc_type\": \"E\", \"exc_message\": [1, 2]}");
    assertEquals("1 {\"status\":\"failed\",\"error\":\"[1, 2]\"}", change());
  }

  @Test
  void aRetry_isANewAttempt() throws Exception {
    says("t1", "PROGRESS", "{\"progress\": 80}");
    change();
    says(
        "t1",
        "RETRY",
        "{\"exc_type\": \"E\", \"exc_message\": [\"later\"], \"exc_module\": \"m\"}");
    assertEquals("2 {\"status\":\"retrying\",\"error\":\"later\"}", change());
    says("t1", "PROGRESS", "{\"progress\": 10}");
    assertEquals("2 {\"status\":\"running\",\"progress\":10}", change());
    says("t1", "LOADING", "{\"progress\": 11.5}");
    assertEquals("2 {\"status\":\"loading\",\"progress\":11.50}", change());
  }

  @Test
  void anEqualRetry_isANewAttempt() throws Exception {
    String error = "{\"exc_type\": \"E\", \"exc_message\": [\"later\"]}";
    says("t1", "RETRY", error);
    assertEquals("1 {\"status\":\"retrying\",\"error\":\"later\"}", change());
    // Its key expires as one that was written a minute later.
    says("t1", "RETRY", error, Duration.ofDays(1).plusMinutes(1));
    assertEquals("2 {\"status\":\"retrying\",\"error\":\"later\"}", change());
    foreign.send("PUBLISH", "celery-task-meta-t1", "again");
    for (int i = 0; i < 4; i++) {
      assertEquals(2, read("crawl", "t1").attempt());
    }
    foreign.send("PERSIST", "celery-task-meta-t1");
    assertEquals(2, read("crawl", "t1").attempt());
  }

  @Test
  void whatIsThereAlready_isFoundByAReadAndNoTwice() throws Exception {
    foreign.send(
        "SETEX", "celery-task-meta-t1", "86400", "{\"status\": \"SUCCESS\", \"result\": 1}");
    Status status = read("crawl", "t1");
    assertEquals(
        "{\"status\":\"completed\",\"progress\":100,\"result\":1}", status.document().toString());
    assertEquals(status.offset(), read("crawl", "t1").offset());
    assertRefused(Code.STATUS_UNKNOWN, reading("deploy", "t1"));
    assertRefused(Code.STATUS_UNKNOWN, reading("crawl", "t2"));
    foreign.send("SET", "celery-task-meta-t3", "no json");
    assertRefused(Code.STATUS_UNKNOWN, reading("crawl", "t3"));
  }

  @Test
  void aResultThatWasTakenOver_doesNotOverwriteWhatAWorkerWritesLater() throws Exception {
    says("t1", "STARTED", "{\"pid\": 1}");
    change();
    put("crawl", "t1", status("running", 40));
    assertEquals(status("running", 40), read("crawl", "t1").document().toString());
    says("t2", "RETRY", "{\"exc_type\": \"E\", \"exc_message\": [\"later\"]}");
    change();
    int attempt = read("crawl", "t2").attempt();
    put("crawl", "t2", attempt, status("running", 10));
    assertEquals(status("running", 10), read("crawl", "t2").document().toString());
    assertEquals(attempt, read("crawl", "t2").attempt());
    says("t3", "FAILURE", "{\"exc_type\": \"E\", \"exc_message\": [\"no page\"]}");
    Awaitility.await().until(() -> read("crawl", "t3").terminal());
    put("crawl", "t3", 2, status("running"));
    assertEquals(status("running"), read("crawl", "t3").document().toString());
    says("t3", "SUCCESS", "1");
    Awaitility.await().until(() -> read("crawl", "t3").terminal());
  }

  @Test
  void aResultThatWasTakenOver_doesNotOverwriteWhatAnotherServiceStores() throws Exception {
    says("t1", "FAILURE", "{\"exc_type\": \"E\", \"exc_message\": [\"no page\"]}");
    change();
    foreign.send("SET", "crawl:status:t1", status("running", 5), "EX", "600");
    assertEquals(status("running", 5), read("crawl", "t1").document().toString());
    assertEquals(status("running", 5), read("crawl", "t1").document().toString());
  }

  @Test
  void manyReads_takeOverWhatIsThereAlready() throws Exception {
    put("crawl", "t1", status("running"));
    foreign.send("SET", "crawl:status:t2", "no status of Celery's");
    foreign.send("HSET", "crawl:status:t3", "another", "type");
    for (String id : List.of("t1", "t4")) {
      foreign.send(
          "SETEX", "celery-task-meta-" + id, "86400", "{\"status\": \"SUCCESS\", \"result\": 1}");
    }
    List<String> ids = List.of("t1", "t2", "t3", "t4", "t5");
    for (int i = 0; i < 2; i++) {
      DocumentsById read = ask(new ReadStatuses(SPACE, "crawl", ids));
      assertEquals(Set.of("t1", "t4"), read.found().keySet());
      assertEquals(List.of("t2", "t3"), read.unreadable());
      assertEquals(List.of("t5"), read.missing());
      assertEquals(read("crawl", "t1").document(), read.found().get("t1"));
    }
  }

  @Test
  void whatWasPublishedUnheard_isFoundWhenThereIsAConnectionAgain() throws Exception {
    put("crawl", "t1", status("running"));
    change();
    foreign.send(
        "SETEX", "celery-task-meta-t1", "86400", "{\"status\": \"SUCCESS\", \"result\": 1}");
    foreign.send("CLIENT", "KILL", "TYPE", "pubsub");
    assertEquals("1 {\"status\":\"completed\",\"progress\":100,\"result\":1}", change());
  }

  @Test
  void aResultTooLarge_isOmitted_withItsSize() throws Exception {
    says("t1", "SUCCESS", "\"" + "x".repeat(1 << 16) + "\"");
    assertEquals(
        "1 {\"status\":\"completed\",\"progress\":100,\"result\":"
            + "{\"omitted\":\"too-large\",\"bytes\":65538}}",
        change());
    says("t2", "PROGRESS", "{\"progress\": 5, \"x\": \"" + "x".repeat(1 << 16) + "\"}");
    assertEquals(
        "1 {\"status\":\"running\",\"progress\":5,\"result\":"
            + "{\"omitted\":\"too-large\",\"bytes\":65560}}",
        change());
    says("t3", "FAILURE", "{\"exc_message\": [\"" + "y".repeat(1 << 16) + "\"]}");
    assertEquals("1 {\"status\":\"failed\",\"error\":\"" + "y".repeat(999) + "...\"}", change());
  }

  @Test
  void aResultOfManyMegabytes_isNotReadToItsEnd() throws Exception {
    says("t1", "SUCCESS", "\"" + "x".repeat(9 << 20) + "\"");
    String meta = foreign.text("GET", "celery-task-meta-t1");
    assertEquals(
        "1 {\"status\":\"completed\",\"progress\":100,\"result\":"
            + "{\"omitted\":\"too-large\",\"bytes\":"
            + meta.length()
            + "}}",
        change());
    assertTrue(read("crawl", "t1").terminal());
  }

  @Test
  void aTaskOfAnotherDatabase_isNotOurs() throws Exception {
    foreign.send("SELECT", "9");
    says("t1", "SUCCESS", "1");
    foreign.send("SELECT", "0");
    says("t2", "SUCCESS", "1");
    change();
    assertEquals(List.of(), List.copyOf(changes));
    assertRefused(Code.STATUS_UNKNOWN, reading("crawl", "t1"));
  }
}
