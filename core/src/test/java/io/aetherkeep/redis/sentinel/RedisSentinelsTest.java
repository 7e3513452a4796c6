package io.aetherkeep.redis.sentinel;

import static io.aetherkeep.testing.Futures.await;
import static io.aetherkeep.testing.WatchedRedis.GROUP;
import static io.aetherkeep.testing.WatchedRedis.clients;
import static io.aetherkeep.testing.WatchedRedis.tell;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.embedded.EmbeddedSentinel;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisSentinels;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.WatchedRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every connection leads to the master that real Sentinels report, and follows a failover. */
class RedisSentinelsTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final Set<String> changed = ConcurrentHashMap.newKeySet();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private RedisAccess access;
  private RedisLine line;

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static ConditionFactory patiently() {
    return await().atMost(60, TimeUnit.SECONDS);
  }

  private static RedisTarget target(RedisSentinels sentinels) {
    return new RedisTarget(
            "redis://nobody",
            2,
            Duration.ofMillis(400),
            Duration.ofSeconds(1),
            64,
            Backoff.between(Duration.ofMillis(10), Duration.ofMillis(200)))
        .by(sentinels);
  }

  private void open(WatchedRedis redis) throws Exception {
    open(RedisSentinels.of(GROUP, Arrays.asList(redis.addresses().split(",", -1))));
  }

  private void open(RedisSentinels sentinels) throws Exception {
    access = await(RedisAccess.open(vertx, 2, Map.of(SPACE, target(sentinels))));
    line = access.line(SPACE);
  }

  /** Opens all kinds of connections: two lines, the subscriptions, tracking. */
  private void openAll(WatchedRedis redis) throws Exception {
    open(redis);
    await(access.subscriptions(SPACE).subscribe("news", body -> heard.add(body.toString())));
    RedisTracking tracking = access.tracking(SPACE, List.of("key"), new Ear());
    vertx.runOnContext(on -> tracking.open());
    patiently().until(() -> clients(redis.master().port()) == 4);
  }

  private final class Ear implements RedisTracking.Listener {
    @Override
    public void armed() {}

    @Override
    public void lost() {}

    @Override
    public void changed(String key) {
      changed.add(key);
    }

    @Override
    public void flushed() {}
  }

  private String set(String key, String value) throws Exception {
    return outcome(line.send(Request.cmd(Command.SET).arg(key).arg(value)));
  }

  private boolean isReplicated() throws Exception {
    return outcome(line.send(Request.cmd(Command.WAIT).arg(1).arg(300))).equals("1");
  }

  private static String outcome(Future<?> future) throws Exception {
    try {
      return String.valueOf(await(future));
    } catch (ExecutionException e) {
      return Failure.from(e.getCause()).code().text();
    }
  }

  /** Waits until writes reach this server, other than by replication. */
  private void awaitWritesGoTo(EmbeddedRedis server, String key) {
    String address = "redis://127.0.0.1:" + server.port() + "/2";
    patiently().until(() -> access.address(SPACE).equals(address) && hasClients(server));
    patiently()
        .until(
            () -> {
              set(key, "written");
              try (ForeignClient foreign = new ForeignClient(server.port())) {
                foreign.send("SELECT", 2);
                return foreign.text("GET", key).equals("written");
              }
            });
  }

  private static boolean hasClients(EmbeddedRedis server) {
    return clients(server.port()) > 0;
  }

  private void awaitAllAt(EmbeddedRedis server) {
    awaitWritesGoTo(server, "key-at-" + server.port());
    patiently().until(() -> clients(server.port()) == 4);
    patiently()
        .until(
            () -> {
              tell(server.port(), "PUBLISH", "news", "from " + server.port());
              return heard.contains("from " + server.port());
            });
    patiently()
        .until(
            () -> {
              set("key-told-" + server.port(), "1");
              return changed.contains("key-told-" + server.port());
            });
  }

  @Test
  void aFailoverThatIsAskedFor_movesEveryConnection() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(1)) {
      openAll(redis);
      awaitAllAt(redis.master());
      assertEquals(0, access.masterChanges());
      redis.failOver();
      awaitAllAt(redis.replica());
      // The former master still considers itself one for a while, and would take writes that are
      // lost.
      patiently().until(() -> clients(redis.master().port()) == 0);
      assertEquals(1, access.masterChanges());
    }
  }

  @Test
  void aMasterThatIsKilled_isReplaced_andNothingThatWasReplicatedIsLost() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(3, Duration.ofSeconds(5))) {
      openAll(redis);
      patiently().until(() -> set("kept", "1").equals("OK") && isReplicated());
      redis.master().kill();
      patiently().until(() -> set("lost", "1").equals(Code.REDIS_UNAVAILABLE.text()));
      awaitAllAt(redis.replica());
      patiently().until(() -> outcome(line.send(Request.cmd(Command.GET).arg("kept"))).equals("1"));
    }
  }

  @Test
  void aMasterThatIsAlive_isLeftWhenTheSentinelsNameAnother() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(3);
        EmbeddedRedis other = EmbeddedRedis.start(EmbeddedRedis.options())) {
      openAll(redis);
      redis.mislead(redis.sentinels().get(0), other.port());
      // One of three Sentinels with another answer of the same epoch is outvoted.
      tell(redis.master().port(), "CLIENT", "KILL", "TYPE", "normal");
      awaitWritesGoTo(redis.master(), "key-one");
      assertEquals(0, access.masterChanges());
      redis.mislead(redis.sentinels().get(1), other.port());
      awaitAllAt(other);
      patiently().until(() -> clients(redis.master().port()) == 0);
      assertTrue(WatchedRedis.info(redis.master().port()).contains("role:master"));
    }
  }

  @Test
  void aMasterThatWasMadeAReplica_isLeftAtTheFirstWrite_untilItIsAMasterAgain() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(1);
        EmbeddedRedis other = EmbeddedRedis.start(EmbeddedRedis.options())) {
      open(redis);
      patiently().until(() -> set("key", "1").equals("OK"));
      patiently().until(() -> clients(redis.master().port()) == 3);
      tell(redis.master().port(), "REPLICAOF", "127.0.0.1", other.port());
      patiently().until(() -> set("key", "2").equals(Code.REDIS_UNAVAILABLE.text()));
      // The Sentinel still reports it, but ROLE refuses: no connection returns to it.
      patiently().until(() -> clients(redis.master().port()) == 0);
      patiently().until(() -> line.isUnavailable("any"));
      assertEquals(
          Code.REDIS_UNAVAILABLE.text(), outcome(line.send(Request.cmd(Command.GET).arg("key"))));
      tell(redis.master().port(), "REPLICAOF", "NO", "ONE");
      awaitWritesGoTo(redis.master(), "key");
    }
  }

  @Test
  void withoutSentinels_theLastKnownMasterIsDialledAgain() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(1)) {
      open(redis);
      redis.sentinels().get(0).kill();
      tell(redis.master().port(), "CLIENT", "KILL", "TYPE", "normal");
      awaitWritesGoTo(redis.master(), "key");
    }
  }

  @Test
  void oneSentinelOfMany_isEnough() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(1)) {
      EmbeddedSentinel gone =
          EmbeddedSentinel.start(
              new EmbeddedSentinel.Watch(
                  GROUP, redis.master().port(), 1, Duration.ofSeconds(5), List.of()));
      gone.kill();
      open(
          RedisSentinels.of(
              GROUP, List.of("127.0.0.1:" + gone.port(), redis.addresses(), "192.0.2.1:26379")));
      awaitWritesGoTo(redis.master(), "key");
    }
  }

  @Test
  void sentinelsThatKnowNoSuchMaster_areAskedUntilTheyDo() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(1)) {
      open(RedisSentinels.of("other", List.of(redis.addresses())));
      assertEquals(Code.REDIS_UNAVAILABLE.text(), set("key", "1"));
      assertEquals("other by the Sentinels at " + redis.addresses(), access.address(SPACE));
      tell(
          redis.sentinels().get(0).port(),
          "SENTINEL",
          "MONITOR",
          "other",
          "127.0.0.1",
          redis.master().port(),
          1);
      awaitWritesGoTo(redis.master(), "key");
    }
  }

  @Test
  void aSentinelsPassword_isUsedAndNeverShown() throws Exception {
    try (WatchedRedis redis = new WatchedRedis(1, "requirepass s3cr@t")) {
      RedisSentinels right = new RedisSentinels(List.of(redis.addresses()), GROUP, "", "s3cr@t");
      assertFalse(right.toString().contains("s3cr"), right::toString);
      assertFalse(target(right).toString().contains("s3cr"), right::toString);
      open(right);
      awaitWritesGoTo(redis.master(), "key");
    }
  }
}
