package io.aetherkeep.redis.cluster;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events of a cluster: messages arrive once, keyspace notifications from each master. */
@ExtendWith(RedisClusterExtension.class)
@Timeout(120)
class RedisClusterEventsTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());

  /** Keys of the first, the second and the third master. */
  private static final List<String> KEYS = List.of("key:b", "key:c", "key:a");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private EmbeddedCluster cluster;
  private RedisAccess access;

  @BeforeEach
  void open(EmbeddedCluster cluster) throws Exception {
    this.cluster = cluster;
    access = open(cluster, vertx);
  }

  private static RedisAccess open(EmbeddedCluster cluster, Vertx vertx) throws Exception {
    RedisTarget target =
        PatientTarget.of("redis://cluster", 0)
            .in(List.of(new RedisAddress("127.0.0.1", cluster.port(0))));
    return await(RedisAccess.open(vertx, 1, Map.of(SPACE, target)));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private void set(String key) throws Exception {
    await(access.line(SPACE).send(Request.cmd(Command.SET).arg(key).arg("1")));
  }

  @Test
  void aMessage_isHeardOnce_whicheverNodePublishesIt() throws Exception {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    await(access.subscriptions(SPACE).subscribe("news", body -> heard.add(body.toString())));
    List<String> received = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (ForeignClient foreign = new ForeignClient(cluster.port(i))) {
        foreign.send("PUBLISH", "news", "of " + i);
        received.add("of " + i);
      }
    }
    await().atMost(30, TimeUnit.SECONDS).until(() -> heard.size() >= 3);
    await(access.line(SPACE).send(Request.cmd(Command.PUBLISH).arg("news").arg("last")));
    await().atMost(30, TimeUnit.SECONDS).until(() -> heard.contains("last"));
    received.add("last");
    assertEquals(received.stream().sorted().toList(), heard.stream().sorted().toList());
  }

  @Test
  void whatHappensToKeys_isHeardOfEachMaster() throws Exception {
    Set<String> heard = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 3; i++) {
      try (ForeignClient foreign = new ForeignClient(cluster.port(i))) {
        foreign.send("CONFIG", "SET", "notify-keyspace-events", "EA");
      }
    }
    access
        .subscriptions(SPACE)
        .subscribeAll("__keyevent@0__:set", (channel, body) -> heard.add(body.toString()));
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              for (String key : KEYS) {
                set(key);
              }
              return heard.containsAll(KEYS);
            });
  }

  @Test
  void aChangeOfAllMasters_isReportedAsAGap() throws Exception {
    EmbeddedCluster.Options pair =
        new EmbeddedCluster.Options(1, 1, List.of(), (server, port) -> List.of());
    try (EmbeddedCluster own = EmbeddedCluster.start(pair);
        ForeignClient master = new ForeignClient(own.port(0));
        ForeignClient replica = new ForeignClient(own.port(1))) {
      AtomicInteger gaps = new AtomicInteger();
      open(own, vertx)
          .subscriptions(SPACE)
          .subscribeAll(
              "__keyevent@0__:set",
              new RedisSubscriptions.PatternListener() {
                @Override
                public void message(String channel, Buffer body) {}

                @Override
                public void missed() {
                  gaps.incrementAndGet();
                }
              });
      await()
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> master.number("PUBSUB", "NUMPAT") == 1 && gaps.get() == 0);
      replica.send("CLUSTER", "FAILOVER", "TAKEOVER");
      await().atMost(30, TimeUnit.SECONDS).until(() -> gaps.get() > 0);
    }
  }

  @Test
  void changesOfKeys_areReceivedFromEachMaster() throws Exception {
    Changes changes = new Changes();
    RedisTracking tracking = access.tracking(SPACE, List.of("key:"), changes);
    await(tracking.open());
    await().atMost(30, TimeUnit.SECONDS).until(() -> changes.armed);
    for (String key : KEYS) {
      set(key);
    }
    await().atMost(30, TimeUnit.SECONDS).until(() -> changes.keys.containsAll(KEYS));
    await(tracking.close());
  }

  @Test
  void watchedKeys_areReportedByEachMaster() throws Exception {
    Changes changes = new Changes();
    RedisTracking tracking = access.watching(SPACE, changes);
    await(tracking.open());
    await().atMost(30, TimeUnit.SECONDS).until(() -> changes.armed);
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              tracking.watch(KEYS);
              for (String key : KEYS) {
                set(key);
              }
              return changes.keys.containsAll(KEYS);
            });
    await(tracking.close());
  }

  @Test
  void trackingIsLost_whileAMasterIsDead_andArmedAnewWithItsReplica() throws Exception {
    try (EmbeddedCluster own = EmbeddedCluster.start(EmbeddedCluster.options().withReplicas(1))) {
      access = open(own, vertx);
      Changes changes = new Changes();
      RedisTracking tracking = access.tracking(SPACE, List.of("key:"), changes);
      await(tracking.open());
      await().atMost(30, TimeUnit.SECONDS).until(() -> changes.armed);
      own.kill(0);
      await().atMost(30, TimeUnit.SECONDS).until(() -> !changes.armed);
      await().atMost(60, TimeUnit.SECONDS).until(() -> changes.armed);
      set("key:b");
      await().atMost(30, TimeUnit.SECONDS).until(() -> changes.keys.contains("key:b"));
      await(tracking.close());
    }
  }

  private static final class Changes implements RedisTracking.Listener {

    private volatile boolean armed;
    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    @Override
    public void armed() {
      armed = true;
    }

    @Override
    public void lost() {
      armed = false;
    }

    @Override
    public void changed(String key) {
      keys.add(key);
    }

    @Override
    public void flushed() {}
  }
}
