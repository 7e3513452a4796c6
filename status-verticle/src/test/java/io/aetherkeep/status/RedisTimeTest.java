package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusStalled;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes, one with a fast clock: both use the clock of Redis. */
@ExtendWith(RedisExtension.class)
class RedisTimeTest {

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());
  private static final Duration AHEAD = Duration.ofHours(1);

  private final Vertx vertx = Vertx.vertx();
  private final Vertx other = Vertx.vertx();
  private final List<StatusStalled> stalled = new CopyOnWriteArrayList<>();
  private ForeignClient foreign;
  private Bus right;
  private Bus ahead;
  private RedisAccess skewed;

  private static RedisAccess deploy(Vertx node, Bus bus, String url, InstantSource clock)
      throws Exception {
    RedisAccess access =
        await(RedisAccess.open(node, 1, Map.of(SPACE, PatientTarget.of(url, 0)), clock));
    StatusSettings settings =
        new StatusSettings(
            Duration.ofHours(24),
            Duration.ofMinutes(1),
            Duration.ofMillis(20),
            Map.of(),
            Map.of(),
            Map.of());
    await(node.deployVerticle(StatusVerticle.instances(bus, access, settings).get()));
    return access;
  }

  @BeforeEach
  void deploy(RedisServer redis) throws Exception {
    foreign = redis.foreign(0);
    right = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
    ahead = Bus.on(other, Protocol.TYPES, Duration.ofSeconds(20));
    deploy(vertx, right, redis.url(), InstantSource.system());
    skewed = deploy(other, ahead, redis.url(), () -> Instant.now().plus(AHEAD));
    await(ahead.subscribe(StatusStalled.class, stalled::add));
    await(right.subscribe(StatusStalled.class, stalled::add));
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
    await(other.close());
  }

  private static PutStatus put(String id, int progress) {
    String json = "{\"status\":\"running\",\"progress\":" + progress + "}";
    return new PutStatus("s", "crawl", id, Document.of(json), null);
  }

  private long redisTime() {
    return Long.parseLong(String.valueOf(((List<?>) foreign.send("TIME")).get(0))) * 1000;
  }

  @Test
  void aNodeWhoseClockIsAhead_writesTheTimesOfItsRedis() throws Exception {
    long before = redisTime();
    await(ahead.ask(put("c1", 1)));
    await(right.ask(put("c1", 2)));
    Status status = await(ahead.ask(new ReadStatus("s", "crawl", "c1")));
    long after = redisTime() + 1000;
    long at = Instant.parse(status.updatedAt()).toEpochMilli();
    assertTrue(before <= at && at <= after, () -> before + " <= " + at + " <= " + after);
    long expires = Instant.parse(status.expiresAt()).toEpochMilli();
    assertTrue(expires <= after + 3_601_000, () -> after + ", " + expires);
    assertTrue(Math.abs(skewed.skewMillis(SPACE) - AHEAD.toMillis()) < 1000);
  }

  @Test
  void aNodeWhoseClockIsAhead_takesNobodyForSilent() throws Exception {
    for (int i = 0; i < 20; i++) {
      await(right.ask(put("c" + i, 1)));
    }
    // A status that has stalled by Redis's clock too proves that both have swept.
    foreign.send("HINCRBY", "run:{crawl:status:c7}", "beat", "-120000");
    foreign.send("ZINCRBY", "index:underway:crawl", "-120000", "c7");
    Awaitility.await().until(() -> !stalled.isEmpty());
    assertEquals(List.of("c7"), stalled.stream().map(StatusStalled::id).toList());
  }
}
