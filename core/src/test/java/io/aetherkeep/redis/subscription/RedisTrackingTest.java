package io.aetherkeep.redis.subscription;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tracking reports every change, and reports when it cannot. */
class RedisTrackingTest {

  private static final Space SPACE = new Space("test", "p:", Dialect.ANY, 1 << 20, Map.of());

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    signal("CONT");
    redis.close();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + redis.pid()).start().waitFor();
  }

  private void open(String url) throws Exception {
    open(PatientTarget.of(url, 0));
  }

  private void open(RedisTarget target) throws Exception {
    RedisAccess access = await(RedisAccess.open(vertx, 1, Map.of(SPACE, target)));
    await(access.tracking(SPACE, List.of("a:", "b:"), new Listening()).open());
  }

  private final class Listening implements RedisTracking.Listener {

    @Override
    public void armed() {
      received.add("armed");
    }

    @Override
    public void lost() {
      received.add("lost");
    }

    @Override
    public void unsupported() {
      received.add("unsupported");
    }

    @Override
    public void changed(String key) {
      received.add(key);
      if (key.endsWith("bad")) {
        throw new StackOverflowError();
      }
    }

    @Override
    public void flushed() {
      received.add("flushed");
    }
  }

  private String next() throws InterruptedException {
    return received.poll(60, TimeUnit.SECONDS);
  }

  private ForeignClient foreign() {
    return new ForeignClient(redis.port());
  }

  @Test
  void changes_areReportedByKey() throws Exception {
    open(redis.url());
    assertEquals("armed", next());
    try (ForeignClient client = foreign()) {
      client.send("SET", "p:a:1", "1");
      assertEquals("p:a:1", next());
      client.send("SET", "p:c:1", "1");
      client.send("SET", "a:1", "1");
      client.send("EXPIRE", "p:a:1", "100");
      assertEquals("p:a:1", next());
      client.send("SET", "p:b:1", "1");
      assertEquals("p:b:1", next());
      client.send("FLUSHALL");
      assertEquals("flushed", next());
    }
  }

  @Test
  void aListenerThatFails_isArmedAgain() throws Exception {
    open(redis.url());
    assertEquals("armed", next());
    try (ForeignClient client = foreign()) {
      client.send("SET", "p:a:bad", "1");
      assertEquals("p:a:bad", next());
      assertEquals("lost", next());
      assertEquals("armed", next());
      client.send("SET", "p:a:1", "1");
      assertEquals("p:a:1", next());
    }
  }

  @Test
  void aFlood_losesNothing() throws Exception {
    open(redis.url());
    assertEquals("armed", next());
    try (ForeignClient client = foreign()) {
      for (int i = 0; i < 20_000; i++) {
        client.send("SET", "p:a:" + i, "1");
      }
    }
    for (int i = 0; i < 20_000; i++) {
      assertEquals("p:a:" + i, next());
    }
    assertTrue(received.isEmpty());
  }

  @Test
  void aFrozenServer_isLostAndFoundAgain() throws Exception {
    open(PatientTarget.impatient(redis.url()));
    assertEquals("armed", next());
    signal("STOP");
    assertEquals("lost", next());
    signal("CONT");
    assertEquals("armed", next());
  }

  @Test
  void aRestartedServer_isArmedAnew() throws Exception {
    open(redis.url());
    assertEquals("armed", next());
    redis.close();
    assertEquals("lost", next());
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(redis.port()));
    assertEquals("armed", next());
    try (ForeignClient client = foreign()) {
      client.send("SET", "p:a:1", "1");
    }
    assertEquals("p:a:1", next());
  }

  @Test
  void aServerThatMayNotTell_saysSo() throws Exception {
    try (ForeignClient client = foreign()) {
      client.send(
          "ACL", "SETUSER", "plain", "on", ">secret", "~*", "&*", "+@all", "-client|tracking");
    }
    open("redis://plain:secret@127.0.0.1:" + redis.port());
    assertEquals("unsupported", next());
    try (ForeignClient client = foreign()) {
      client.send("CLIENT", "KILL", "USER", "plain");
    }
    assertEquals("lost", next());
    assertEquals("unsupported", next());
    await().until(received::isEmpty);
  }
}
