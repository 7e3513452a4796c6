package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Positions while Redis restarts, when a node stops, and on a cluster. */
class PlaybackFaultsTest {

  private static final Space SPACE = new Space("s", "", Dialect.AETHERCAST, 1 << 20, Map.of());

  @TempDir private Path data;
  private EmbeddedRedis redis;
  private SessionNode node;

  @BeforeEach
  void start() {
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withDataDirectory(data));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    redis.close();
  }

  private SessionNode deploy(Duration positionsEvery) throws Exception {
    RedisTarget target =
        new RedisTarget(
            redis.url(),
            0,
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            8192,
            Backoff.between(Duration.ofMillis(10), Duration.ofMillis(100)));
    SessionSettings settings =
        new SessionSettings(
            Duration.ofSeconds(5),
            Duration.ofMinutes(15),
            Duration.ofDays(1),
            TokenEncoding.CL100K,
            positionsEvery,
            Map.of());
    return new SessionNode(Map.of(SPACE, target), settings, new AdjustableClock(Instant.EPOCH));
  }

  private Reported report(String id, State state, long at, long seq) throws Exception {
    String podcast = state == null ? null : "p1";
    return await(node.asks(new ReportPlayback("s", id, state, podcast, at, null, seq, null, null)));
  }

  private void open(String id) throws Exception {
    await(node.asks(new OpenSession("s", id, null, null, null, null)));
  }

  private String stored(String id) {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      return foreign.text("HGET", "playback:" + id, "positionMs");
    }
  }

  @Test
  void aNodeThatStops_losesNothing_whateverItCannotWrite() throws Exception {
    node = deploy(Duration.ofDays(1));
    for (int i = 0; i < 1200; i++) {
      open("s" + i);
      report("s" + i, State.PLAYING, 0, 1);
    }
    for (int i = 0; i < 1200; i++) {
      report("s" + i, null, 1000 + i, 2);
    }
    assertEquals("0", stored("s1199"));
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      for (int i = 0; i < 20; i++) {
        foreign.send("SET", "playback:s" + i, "junk");
      }
    }
    node.stop();
    for (int i = 20; i < 1200; i++) {
      assertEquals(String.valueOf(1000 + i), stored("s" + i));
    }
  }

  @Test
  void whileRedisIsAway_theNewestIsKept_andWrittenWhenItIsBack() throws Exception {
    node = deploy(Duration.ofMillis(20));
    open("s1");
    report("s1", State.PLAYING, 0, 1);
    redis.close();
    for (int i = 2; i < 100; i++) {
      assertFalse(report("s1", null, i * 1000L, i).late());
    }
    Playback live = await(node.asks(new ReadPlayback("s", "s1")));
    assertEquals(99_000, live.positionMs());
    assertEquals(0, live.staleSeconds());
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> report("s1", State.PAUSED, 0, 200));
    assertEquals(Code.REDIS_UNAVAILABLE, Failure.from(refused.getCause()).code());
    redis =
        EmbeddedRedis.start(EmbeddedRedis.options().withDataDirectory(data).withPort(redis.port()));
    await().atMost(Duration.ofSeconds(30)).until(() -> stored("s1").equals("99000"));
    // Each connection is made again in its own time.
    await().ignoreExceptions().until(() -> !report("s1", State.PAUSED, 100_000, 200).late());
    assertEquals("100000", stored("s1"));
  }

  @Test
  void whileRedisIsAway_everyPositionIsAnnounced() throws Exception {
    node = deploy(Duration.ofMillis(20));
    for (int i = 0; i < 600; i++) {
      open("s" + i);
      report("s" + i, State.PLAYING, 0, 1);
    }
    redis.close();
    for (int i = 0; i < 600; i++) {
      report("s" + i, null, 1000, 2);
    }
    await()
        .untilAsserted(
            () ->
                assertEquals(
                    600,
                    node.heard(PlaybackChanged.class).stream()
                        .filter(event -> event.playback().positionMs() == 1000)
                        .map(PlaybackChanged::session)
                        .distinct()
                        .count()));
  }

  /** A cluster refuses commands that span two slots. */
  @Test
  void onACluster_everythingHolds() throws Exception {
    redis.close();
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withArguments("--cluster-enabled", "yes"));
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      await().until(() -> foreign.text("CLUSTER", "INFO").contains("cluster_state:ok"));
      node = deploy(Duration.ofMillis(20));
      open("s1");
      report("s1", State.PLAYING, 0, 1);
      report("s1", null, 500, 2);
      await().until(() -> stored("s1").equals("500"));
      assertEquals(1, await(node.asks(new ReadListeners("s", "p1"))).listeners());
      assertTrue(foreign.text("GET", "session:s1").contains("\"p1\""));
      await(node.asks(new EndSession("s", "s1")));
      assertEquals(0, await(node.asks(new ReadListeners("s", "p1"))).listeners());
      assertEquals(0L, foreign.send("EXISTS", "playback:s1"));
    }
  }
}
