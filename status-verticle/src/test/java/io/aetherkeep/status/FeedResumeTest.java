package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusNotice;
import io.aetherkeep.catalogue.StatusAsks.StatusesMissed;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedResumeTest extends StatusDeployment {

  /** Waits for the subscription, for which a node's start does not wait. */
  private void awaitSubscription() {
    Awaitility.await()
        .until(
            () ->
                foreign
                    .text("PUBSUB", "NUMSUB", "changes:status:0")
                    .equals("[changes:status:0, 1]"));
  }

  @Test
  void follow_answersAllThatCameAfter() throws Exception {
    String first = put("crawl", "c1", status("running", 1)).offset();
    for (int i = 2; i <= 50; i++) {
      put("crawl", "c1", status("running", i));
    }
    Followed rest = follow("crawl", "c1", first);
    assertTrue(rest.recovered());
    assertEquals(49, rest.statuses().size());
    assertEquals(status("running", 2), rest.statuses().get(0).document().toString());
    String last = rest.statuses().get(48).offset();
    assertEquals(List.of(), follow("crawl", "c1", last).statuses());
    Followed present = follow("crawl", "c1", null);
    assertEquals(last, present.statuses().get(0).offset());
  }

  @Test
  void aGap_isReportedWithTheCurrentStatus() throws Exception {
    String first = put("crawl", "c1", status("running", 0)).offset();
    for (int i = 1; i <= 100; i++) {
      put("crawl", "c1", status("running", i));
      put("crawl", "c1", "{\"status\":\"step\",\"progress\":" + i + "}");
    }
    assertGap(first);
    assertGap("1-1");
    assertEquals(128, foreign.number("XLEN", "feed:status:crawl:c1"));
  }

  @Test
  void fromTheBeginning_allKeptChangesAreRead() throws Exception {
    String first = put("crawl", "c1", status("running", 0)).offset();
    put("crawl", "c1", status("running", 1));
    Followed all = follow("crawl", "c1", "0-0");
    assertTrue(all.recovered());
    assertEquals(2, all.statuses().size());
    assertEquals(first, all.statuses().get(0).offset());
    for (int i = 2; i <= 200; i++) {
      put("crawl", "c1", "{\"status\":\"step" + i + "\"}");
    }
    Followed kept = follow("crawl", "c1", "0-0");
    assertFalse(kept.recovered());
    assertEquals(128, kept.statuses().size());
  }

  private void assertGap(String after) throws Exception {
    Followed rest = follow("crawl", "c1", after);
    assertFalse(rest.recovered());
    assertEquals(1, rest.statuses().size());
    assertEquals(read("crawl", "c1").offset(), rest.statuses().get(0).offset());
  }

  @Test
  void aLostFeed_isAGapAndHeals() throws Exception {
    String first = put("crawl", "c1", status("running", 1)).offset();
    put("crawl", "c1", status("running", 2));
    String third = put("crawl", "c1", status("running", 3)).offset();
    foreign.send("DEL", "feed:status:crawl:c1");
    assertGap(first);
    assertEquals(1, foreign.number("XLEN", "feed:status:crawl:c1"));
    put("crawl", "c1", status("running", 4));
    put("crawl", "c1", status("running", 5));
    Followed rest = follow("crawl", "c1", third);
    assertTrue(rest.recovered());
    assertEquals(2, rest.statuses().size());
  }

  @Test
  void aForeignWrite_hasItsPlaceInTheCourse() throws Exception {
    String first = put("crawl", "c1", status("running", 1)).offset();
    foreign.send("SETEX", "crawl:status:c1", "100", status("running", 7));
    put("crawl", "c1", status("running", 9));
    List<Status> rest = follow("crawl", "c1", first).statuses();
    assertEquals(status("running", 7), rest.get(0).document().toString());
    assertEquals(status("running", 9), rest.get(1).document().toString());
  }

  @Test
  void endedSessions_areReportedAsGone() throws Exception {
    assertRefused(Code.STATUS_UNKNOWN, new FollowStatus(SPACE, "crawl", "c1", null));
    put("crawl", "c1", status("running"));
    expire("crawl:status:c1");
    assertRefused(Code.STATUS_EXPIRED, new FollowStatus(SPACE, "crawl", "c1", "1-1"));
  }

  @Test
  void everyChange_isHeardOnceOnEveryLoop() throws Exception {
    awaitSubscription();
    BlockingQueue<Status> heard = new LinkedBlockingQueue<>();
    await(bus.onSignal(StatusNotice.class, signal -> heard.add(signal.status())));
    await(bus.onSignal(StatusNotice.class, signal -> heard.add(signal.status())));
    put("request", "r1", status("processing", 40));
    Status one = heard.poll(20, TimeUnit.SECONDS);
    Status two = heard.poll(20, TimeUnit.SECONDS);
    assertSame(one, two);
    assertEquals(read("request", "r1").offset(), one.offset());
    assertEquals(
        "{\"status\":\"processing\",\"progress\":40}", one.document().toString().replace(" ", ""));
    foreign.send("HSET", "request:status:r1", "progress", "50");
    read("request", "r1");
    assertEquals(one.offset(), heard.poll(20, TimeUnit.SECONDS).previous());
  }

  /** Values such as Python's NaN, or a partly written document. */
  @ParameterizedTest
  @ValueSource(strings = {"hello", "{\"status\":", "{\"progress\": NaN}", ""})
  void whatIsNoJson_isNoStatusToFollow(String junk) throws Exception {
    awaitSubscription();
    BlockingQueue<Status> heard = new LinkedBlockingQueue<>();
    await(bus.onSignal(StatusNotice.class, signal -> heard.add(signal.status())));
    String first = put("crawl", "c1", status("running", 1)).offset();
    assertEquals(first, heard.poll(20, TimeUnit.SECONDS).offset());
    foreign.send("SETEX", "crawl:status:c1", "100", junk);
    assertRefused(Code.UNREADABLE_VALUE, new FollowStatus(SPACE, "crawl", "c1", null));
    assertRefused(Code.UNREADABLE_VALUE, new FollowStatus(SPACE, "crawl", "c1", first));
    put("crawl", "c1", status("running", 2));
    Followed rest = follow("crawl", "c1", first);
    assertTrue(rest.recovered());
    assertEquals(
        List.of(status("running", 2)),
        rest.statuses().stream().map(status -> status.document().toString()).toList());
    assertEquals(status("running", 2), heard.poll(20, TimeUnit.SECONDS).document().toString());
  }

  @Test
  void aLostConnection_isReportedAsSuch() throws Exception {
    BlockingQueue<StatusesMissed> missed = new LinkedBlockingQueue<>();
    await(bus.onSignal(StatusesMissed.class, missed::add));
    awaitSubscription();
    foreign.send("CLIENT", "KILL", "TYPE", "pubsub");
    assertTrue(missed.poll(20, TimeUnit.SECONDS) != null);
  }
}
