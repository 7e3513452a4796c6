package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CancelAsks.CancelStatus;
import io.aetherkeep.catalogue.CancelAsks.StatusCancel;
import io.aetherkeep.catalogue.CancelAsks.StatusCancelRequested;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CancelsTest extends StatusDeployment {

  private static final String REASON = "Der Benutzer: \u201egenug\u201c, 100 % \u2014 \u2603";

  private static CancelStatus cancelling(String kind, String reason) {
    return new CancelStatus(SPACE, kind, "j1", reason, null, null);
  }

  private StatusCancel cancel(String kind, String reason) throws Exception {
    return ask(cancelling(kind, reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"podcast", "request", "crawl", "deploy"})
  void theWorker_hearsIt_inEachWay(String kind) throws Exception {
    StatusWritten first = put(kind, "j1", "{\"status\":\"working\",\"progress\":1}");
    assertNull(first.cancelRequested());
    BlockingQueue<StatusCancelRequested> heard = new LinkedBlockingQueue<>();
    await(bus.subscribe(StatusCancelRequested.class, heard::add));
    StatusCancel cancel = cancel(kind, REASON);
    assertTrue(cancel.changed());
    assertEquals(REASON, cancel.cancelRequested().reason());
    assertEquals(clock.instant().toString(), cancel.cancelRequested().requestedAt());
    assertEquals(cancel.cancelRequested(), heard.poll(20, TimeUnit.SECONDS).cancelRequested());

    Status now = read(kind, "j1");
    assertEquals(cancel.cancelRequested(), now.cancelRequested());
    assertEquals(cancel.offset(), now.offset());
    assertFalse(now.terminal());
    assertNotEquals(first.version(), now.version());
    Followed missed = follow(kind, "j1", first.offset());
    assertTrue(missed.recovered());
    assertEquals(List.of(now.offset()), missed.statuses().stream().map(Status::offset).toList());
    assertEquals(cancel.cancelRequested(), missed.statuses().get(0).cancelRequested());
    assertEquals(now.document().toString(), missed.statuses().get(0).document().toString());

    StatusWritten next = put(kind, "j1", "{\"status\":\"working\",\"progress\":2}");
    assertEquals(cancel.cancelRequested(), next.cancelRequested());
    StatusWritten same = put(kind, "j1", "{\"status\":\"working\",\"progress\":2}");
    assertFalse(same.changed());
    assertEquals(cancel.cancelRequested(), same.cancelRequested());
    put(kind, "j1", "{\"status\":\"cancelled\"}");
    assertTrue(read(kind, "j1").terminal());
    assertRefused(Code.STATUS_FINAL, cancelling(kind, "again"));
  }

  @Test
  void theDocument_isLeftAsItIs() throws Exception {
    put("request", "j1", "{\"status\":\"processing\",\"progress\":10}");
    List<StatusChanged> changes = new ArrayList<>();
    await(bus.subscribe(StatusChanged.class, changes::add));
    clock.move(Duration.ofSeconds(100));
    long before = foreign.number("PTTL", "request:status:j1");
    cancel("request", null);
    assertEquals(
        "[progress, 10, status, processing]", foreign.text("HGETALL", "request:status:j1"));
    assertTrue(foreign.number("PTTL", "request:status:j1") <= before);
    assertEquals(clock.instant().minusSeconds(100).toString(), read("request", "j1").updatedAt());
    put("request", "j1", "{\"status\":\"completed\"}");
    assertEquals(1, changes.size());
  }

  @Test
  void theFirstRequest_stands() throws Exception {
    put("crawl", "j1", status("running"));
    StatusCancel first = cancel("crawl", "first");
    clock.move(Duration.ofSeconds(1));
    StatusCancel second = cancel("crawl", "second");
    assertFalse(second.changed());
    assertEquals(first.cancelRequested(), second.cancelRequested());
    assertEquals(first.offset(), second.offset());
    assertEquals(2, foreign.number("XLEN", "feed:status:crawl:j1"));
  }

  @Test
  void aWorkerMayRefuse() throws Exception {
    put("crawl", "j1", status("running"));
    cancel("crawl", "please");
    assertTrue(put("crawl", "j1", status("completed")).changed());
    assertEquals(1, foreign.number("LLEN", "durations:status:crawl"));
  }

  @Test
  void aNewAttempt_isNotCancelled() throws Exception {
    put("crawl", "j1", status("running"));
    cancel("crawl", "please");
    put("crawl", "j1", status("cancelled"));
    assertNull(put("crawl", "j1", 2, status("running")).cancelRequested());
    assertNull(read("crawl", "j1").cancelRequested());
    assertRefused(Code.STALE_ATTEMPT, new CancelStatus(SPACE, "crawl", "j1", "late", 1, null));
    assertTrue(ask(new CancelStatus(SPACE, "crawl", "j1", "x", 2, null)).changed());
  }

  @Test
  void whatCannotBeCancelled_isSaid() throws Exception {
    assertRefused(Code.STATUS_UNKNOWN, cancelling("crawl", "x"));
    put("crawl", "j1", status("running"));
    assertRefused(Code.INVALID_BODY, cancelling("crawl", " "));
    assertRefused(Code.INVALID_BODY, cancelling("crawl", "a\nb"));
    assertRefused(Code.INVALID_BODY, cancelling("crawl", "x".repeat(257)));
    expire("crawl:status:j1");
    assertRefused(Code.STATUS_EXPIRED, cancelling("crawl", "x"));
  }

  @Test
  void aForeignStatus_canBeCancelled_andKeepsTheRequest() throws Exception {
    foreign.send("SETEX", "crawl:status:j1", "100", status("running", 7));
    String first = read("crawl", "j1").offset();
    StatusCancel cancel = cancel("crawl", "stop");
    foreign.send("SETEX", "crawl:status:j1", "100", status("running", 8));
    Followed all = follow("crawl", "j1", first);
    assertEquals(
        List.of(status("running", 7), status("running", 8)),
        all.statuses().stream().map(one -> one.document().toString()).toList());
    all.statuses().forEach(one -> assertEquals(cancel.cancelRequested(), one.cancelRequested()));
    assertTrue(foreign.number("TTL", "crawl:status:j1") <= 100);
  }

  @Test
  void aRequestAmongManyUpdates_isNotLost() throws Exception {
    put("crawl", "j1", status("running", 0));
    CompletableFuture<?> updates =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 1; i <= 100; i++) {
                try {
                  put("crawl", "j1", "{\"status\":\"step\",\"progress\":" + i + "}");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    StatusCancel cancel = cancel("crawl", "now");
    updates.get(60, TimeUnit.SECONDS);
    assertEquals(cancel.cancelRequested(), read("crawl", "j1").cancelRequested());
    assertEquals(102, foreign.number("XLEN", "feed:status:crawl:j1"));
    assertEquals(
        cancel.cancelRequested(),
        ask(new ListStatuses(SPACE, "crawl", null, null)).items().get(0).cancelRequested());
  }

  /** However often its worker writes, the first try succeeds. */
  @Test
  void aStatusThatChangesAllTheTime_isCancelledWithItsPresentText() throws Exception {
    put("crawl", "j1", status("running", 0));
    AtomicBoolean done = new AtomicBoolean();
    List<CompletableFuture<?>> workers =
        IntStream.range(0, 4)
            .<CompletableFuture<?>>mapToObj(
                worker ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 1; !done.get(); i++) {
                            try {
                              put("crawl", "j1", "{\"status\":\"running\",\"n\":" + i + "}");
                            } catch (Exception e) {
                              throw new IllegalStateException(e);
                            }
                          }
                        },
                        task -> new Thread(task).start()))
            .toList();
    StatusCancel cancel = cancel("crawl", "now");
    done.set(true);
    for (CompletableFuture<?> worker : workers) {
      worker.get(60, TimeUnit.SECONDS);
    }
    assertEquals(cancel.cancelRequested(), read("crawl", "j1").cancelRequested());
    assertTrue(cancel.changed());
  }
}
