package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StatusAsks.StatusStalled;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StallSweepTest extends StatusDeployment {

  private final List<StatusStalled> stalled = new CopyOnWriteArrayList<>();

  private void listen(Bus to) throws Exception {
    await(to.subscribe(StatusStalled.class, stalled::add));
  }

  private List<String> ids() {
    return stalled.stream().map(StatusStalled::id).sorted().toList();
  }

  /** Waits for one whole sweep, which handles the newest entry last. */
  private void sweepGoesRound(String marker) throws Exception {
    put("podcast", marker, status("queued"));
    clock.move(Duration.ofSeconds(61));
    Awaitility.await().until(() -> ids().contains(marker));
  }

  @Test
  void stall_isPublishedOnce() throws Exception {
    listen(bus);
    put("crawl", "c1", status("running"));
    put("crawl", "c2", status("completed"));
    clock.move(Duration.ofSeconds(59));
    put("crawl", "c3", status("running"));
    clock.move(Duration.ofSeconds(2));
    Awaitility.await().until(() -> ids().contains("c1"));
    assertEquals(List.of("c1"), ids());
    sweepGoesRound("m1");
    Awaitility.await().until(() -> ids().contains("c3"));
    sweepGoesRound("m2");
    assertEquals(List.of("c1", "c3", "m1", "m2"), ids());
    put("crawl", "c1", status("running", 5));
    sweepGoesRound("m3");
    Awaitility.await().until(() -> ids().size() == 6);
    assertEquals(List.of("c1", "c1", "c3", "m1", "m2", "m3"), ids());
  }

  @Test
  void aSignOfLife_isNoSilence() throws Exception {
    listen(bus);
    put("crawl", "c1", status("running"));
    clock.move(Duration.ofSeconds(50));
    put("crawl", "c1", status("running"));
    clock.move(Duration.ofSeconds(50));
    foreign.send("SETEX", "crawl:status:c1", "3600", status("running", 3));
    read("crawl", "c1");
    clock.move(Duration.ofSeconds(50));
    put("crawl", "c1", status("running", 4));
    sweepGoesRound("m1");
    assertEquals(List.of("c1", "m1"), Awaitility.await().until(this::ids, all -> all.size() == 2));
    assertEquals(1, stalled.stream().filter(event -> event.id().equals("c1")).count());
  }

  @Test
  void whatHasExpired_leavesTheIndex() throws Exception {
    listen(bus);
    put("crawl", "c1", status("running"));
    expire("crawl:status:c1");
    clock.move(Duration.ofSeconds(61));
    Awaitility.await().until(() -> foreign.number("ZCARD", "index:underway:crawl") == 0);
    assertEquals(List.of(), ids());
  }

  @Test
  void severalNodes_tellOnce(RedisServer redis) throws Exception {
    Vertx other = Vertx.vertx();
    Bus bus2 = Bus.on(other, Protocol.TYPES, Duration.ofSeconds(20));
    deploy(other, bus2, redis);
    listen(bus);
    listen(bus2);
    for (int i = 0; i < 250; i++) {
      put("crawl", "c" + i, status("running"));
    }
    clock.move(Duration.ofSeconds(61));
    Awaitility.await().until(() -> stalled.size() >= 250);
    sweepGoesRound("m1");
    assertEquals(251, stalled.size());
    assertEquals(251, ids().stream().distinct().count());
    await(other.close());
  }
}
