package io.aetherkeep.redis.connection;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection to a server in cluster mode. */
class RedisNodeTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final int MOST_IN_FLIGHT = 16;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final EmbeddedRedis redis =
      EmbeddedRedis.start(EmbeddedRedis.options().withArguments("--cluster-enabled", "yes"));

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    signal("CONT");
    redis.close();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + redis.pid()).start().waitFor();
  }

  /** An opened connection, on the event loop. */
  private RedisNode node(boolean cluster, Duration connectTimeout) throws Exception {
    RedisTarget target =
        new RedisTarget(
            redis.url(),
            0,
            Duration.ofSeconds(10),
            connectTimeout,
            MOST_IN_FLIGHT,
            Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50)));
    RedisNodeTerms terms =
        RedisNodeTerms.ofTool(
            fresh -> cluster ? Future.succeededFuture("") : RedisServerCheck.of(target, fresh));
    RedisNode node = new RedisNode(vertx, target, null, "test", new RedisPermissions(SPACE), terms);
    Promise<Void> opened = Promise.promise();
    vertx.runOnContext(on -> node.open().onComplete(opened));
    await(opened.future());
    return node;
  }

  @Test
  void ask_beyondTheLimitOfCommands_sendsNothing() throws Exception {
    RedisNode node = node(true, Duration.ofSeconds(5));
    await().until(() -> !node.isUnavailable());
    Request ping = Request.cmd(Command.PING);
    List<Future<Response>> all = new ArrayList<>();
    Promise<Future<Response>> asked = Promise.promise();
    vertx.runOnContext(
        turn -> {
          for (int i = 1; i < MOST_IN_FLIGHT; i++) {
            all.add(node.send(ping));
          }
          asked.complete(node.ask(ping));
        });
    Future<Response> refused = await(asked.future());
    await(Future.join(all));
    assertEquals(Code.OVERLOADED, Failure.from(refused.cause()).code());
    assertFalse(stats(node).contains("asking"), "ASKING without its command");

    Promise<Response> pong = Promise.promise();
    vertx.runOnContext(turn -> node.ask(ping).onComplete(pong));
    assertEquals("PONG", await(pong.future()).toString());
    assertTrue(stats(node).contains("asking"));
  }

  private String stats(RedisNode node) throws Exception {
    Promise<Response> stats = Promise.promise();
    vertx.runOnContext(
        turn -> node.send(Request.cmd(Command.INFO).arg("commandstats")).onComplete(stats));
    return await(stats.future()).toString();
  }

  @Test
  void unsupportedServer_staysSoThroughTheLateReplyOfAConnectionThatWasGivenUp() throws Exception {
    RedisNode node = node(false, Duration.ofMillis(300));
    await().until(() -> node.unsupported() != null);
    signal("STOP");
    // Connections are accepted, and their PING is not answered.
    await().until(() -> String.valueOf(node.unavailableReason()).startsWith("no connection"));
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(30))
        .until(() -> node.unsupported() != null);
  }
}
