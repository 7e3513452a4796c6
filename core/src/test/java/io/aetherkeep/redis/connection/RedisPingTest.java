package io.aetherkeep.redis.connection;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server that could not save its data, and therefore refuses writes and pings ({@code MISCONF}).
 */
class RedisPingTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());

  @BeforeEach
  void store() {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("SET", "key", "stored");
    }
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    // It would save at its end, as slowly.
    redis.kill();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + redis.pid()).start().waitFor();
  }

  /** Kills the process that saves a snapshot, which takes very long. */
  private void failToSave() {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("CONFIG", "SET", "save", "900 1");
      foreign.send("CONFIG", "SET", "rdb-key-save-delay", "10000000");
      foreign.send("BGSAVE");
      ProcessHandle server = ProcessHandle.of(redis.pid()).orElseThrow();
      await().until(() -> server.children().map(ProcessHandle::destroyForcibly).count() > 0);
      await().until(() -> foreign.text("INFO", "persistence").contains("bgsave_status:err"));
      assertThrows(IllegalStateException.class, () -> foreign.send("SET", "key", "refused"));
      assertThrows(IllegalStateException.class, () -> foreign.send("PING"));
    }
  }

  private RedisLine line(RedisTarget target) throws Exception {
    return await(RedisAccess.open(vertx, 1, Map.of(SPACE, target))).line(SPACE);
  }

  /** The value of the key, or why it was not read. */
  private static String read(RedisLine line) throws Exception {
    try {
      return String.valueOf(await(line.send(Request.cmd(Command.GET).arg("key"))));
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    }
  }

  @Test
  void aNodeThatStarts_readsAndSubscribes() throws Exception {
    failToSave();
    RedisAccess access =
        await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(redis.url(), 0))));
    assertEquals("stored", read(access.line(SPACE)));
    Promise<String> received = Promise.promise();
    await(
        access
            .subscriptions(SPACE)
            .subscribe("news", body -> received.tryComplete(body.toString())));
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("PUBLISH", "news", "received");
    }
    assertEquals("received", await(received.future()));
  }

  @Test
  void aNodeThatMissedADeadline_readsAgain() throws Exception {
    RedisLine line = line(PatientTarget.impatient(redis.url()));
    await().until(() -> read(line).equals("stored"));
    failToSave();
    signal("STOP");
    assertNotEquals("stored", read(line));
    assertTrue(line.isUnavailable("key"));
    signal("CONT");
    await().atMost(30, TimeUnit.SECONDS).until(() -> read(line).equals("stored"));
  }
}
