package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.catalogue.StatusAsks.StatusNotice;
import io.aetherkeep.document.Document;
import io.aetherkeep.status.settings.StatusSettings.Results;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Celery's results as statuses of a kind that is stored as a hash. */
class CeleryHashTest extends StatusDeployment {

  private static final String KEY = "request:status:t1";

  private final BlockingQueue<StatusChanged> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Status> notices = new LinkedBlockingQueue<>();

  @Override
  protected Map<String, Results> celery() {
    return Map.of(SPACE, Results.REQUEST);
  }

  @BeforeEach
  void listen() throws Exception {
    await(bus.subscribe(StatusChanged.class, changes::add));
    await(bus.onSignal(StatusNotice.class, notice -> notices.add(notice.status())));
    Awaitility.await().until(() -> foreign.number("PUBSUB", "NUMPAT") == 1);
  }

  /** Returns the next change, as it is announced, sent to watchers and read. */
  private String change() throws Exception {
    Document announced = changes.poll(20, TimeUnit.SECONDS).document();
    Document noticed = notices.poll(20, TimeUnit.SECONDS).document();
    Status read = read("request", "t1");
    assertEquals(announced.toString(), noticed.toString());
    assertEquals(announced.toString(), read.document().toString());
    assertEquals(announced.version(), read.version());
    return read.attempt() + " " + announced;
  }

  @Test
  void progress_isAHashOfTexts() throws Exception {
    says("t1", "PROGRESS", "{\"current\": 3, \"total\": 4, \"done\": true, \"page\": null}");
    assertEquals(
        "1 {\"status\":\"processing\",\"progress\":75,\"current\":\"3\",\"done\":\"true\",\"total\":\"4\"}",
        change());
    assertEquals("hash", foreign.text("TYPE", KEY));
    assertEquals("75", foreign.text("HGET", KEY, "progress"));
    assertEquals(5, foreign.number("HLEN", KEY));
  }

  @Test
  void result_isATextOfJson() throws Exception {
    says("t1", "SUCCESS", "{\"pages\": [1, 2]}");
    assertEquals(
        "1 {\"status\":\"completed\",\"progress\":100,\"result\":\"{\\\"pages\\\": [1, 2]}\"}",
        change());
    assertTrue(read("request", "t1").terminal());
  }

  @Test
  void failure_hasTheMessageOfItsException() throws Exception {
    says("t1", "RETRY", "{\"exc_type\": \"E\", \"exc_message\": [\"later\"]}");
    assertEquals("1 {\"status\":\"retrying\",\"error\":\"later\"}", change());
    says("t1", "FAILURE", "{\"exc_type\": \"E\", \"exc_message\": [\"no page\"]}");
    assertEquals("1 {\"status\":\"failed\",\"error\":\"no page\"}", change());
  }

  @Test
  void resultThatIsReadAgain_isTheSameStatus() throws Exception {
    String meta = "{\"status\": \"SUCCESS\", \"result\": {\"b\": 1, \"a\": null}}";
    foreign.send("SETEX", "celery-task-meta-t1", "86400", meta);
    Status status = read("request", "t1");
    assertEquals(status.document(), read("request", "t1").document());
    foreign.send("PUBLISH", "celery-task-meta-t1", meta);
    change();
    assertEquals(status.offset(), read("request", "t1").offset());
  }
}
