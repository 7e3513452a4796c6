package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.CancelAsks.CancelStatus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import io.aetherkeep.document.Document;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A cluster of one node with all slots, which refuses commands that span two. */
class ClusterTest {

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());

  private static PutStatus put(String word) {
    Document document = Document.of("{\"status\":\"" + word + "\"}");
    return new PutStatus("s", "crawl", "c1", document, null);
  }

  private final AdjustableClock clock = new AdjustableClock();

  @Test
  void theStatusGoesFirst_andTheRestFollowsAndHeals() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (EmbeddedRedis redis =
            EmbeddedRedis.start(EmbeddedRedis.options().withArguments("--cluster-enabled", "yes"));
        ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      await().until(() -> foreign.text("CLUSTER", "INFO").contains("cluster_state:ok"));
      Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
      RedisAccess access =
          await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(redis.url(), 0))));
      await(
          vertx.deployVerticle(
              StatusVerticle.instances(bus, access, StatusSettings.usual(), clock).get()));
      String first = await(bus.ask(put("pending"))).offset();
      await(bus.ask(new CancelStatus("s", "crawl", "c1", "enough", null, null)));
      await(bus.ask(put("running")));
      assertEquals(3, foreign.number("XLEN", "feed:status:crawl:c1"));
      assertEquals(1, await(bus.ask(new ListStatuses("s", "crawl", null, null))).items().size());
      clock.move(Duration.ofSeconds(10));
      foreign.send("PEXPIRE", "feed:status:crawl:c1", "60000");
      await(bus.ask(put("running")));
      assertTrue(foreign.number("PTTL", "feed:status:crawl:c1") > 60_000);
      assertEquals(
          Long.toString(clock.millis() + StatusSettings.usual().stalledAfter().toMillis()),
          foreign.text("ZSCORE", "index:underway:crawl", "c1"));
      await(bus.ask(put("completed")));
      assertEquals(0, foreign.number("ZCARD", "index:underway:crawl"));
      assertEquals(1, foreign.number("LLEN", "durations:status:crawl"));
      Followed all = await(bus.ask(new FollowStatus("s", "crawl", "c1", first)));
      assertTrue(all.recovered());
      assertEquals(3, all.statuses().size());
      assertEquals("enough", all.statuses().get(0).cancelRequested().reason());
      foreign.send("DEL", "feed:status:crawl:c1");
      assertFalse(await(bus.ask(new FollowStatus("s", "crawl", "c1", first))).recovered());
      assertEquals(1, foreign.number("XLEN", "feed:status:crawl:c1"));
    } finally {
      await(vertx.close());
    }
  }
}
