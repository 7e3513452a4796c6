package io.aetherkeep.redis.cluster;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Errors of a cluster node that is configured as a single server: never reported as a bug. */
@ExtendWith(RedisClusterExtension.class)
@Timeout(60)
class RedisClusterErrorsTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final RedisScript ELSEWHERE =
      RedisScript.beside(RedisClusterErrorsTest.class, "elsewhere.lua");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private RedisLine to(int port) throws Exception {
    RedisTarget target = PatientTarget.of("redis://127.0.0.1:" + port, 0);
    return await(RedisAccess.open(vertx, 1, Map.of(SPACE, target))).line(SPACE);
  }

  private static void assertFails(Code code, String word, Future<?> future) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> await(future));
    Failure failure = Failure.from(thrown.getCause());
    assertEquals(code, failure.code(), failure::detail);
    assertTrue(failure.detail().contains(word), failure::detail);
  }

  /** The slots of "b" and "c" are of the first and the second master. */
  @Test
  void aKeyOfAnotherNode_orOfTwoSlots_isRefused(EmbeddedCluster cluster) throws Exception {
    RedisLine line = to(cluster.port(0));
    assertFails(Code.REDIS_MISCONFIGURED, "MOVED", line.send(Request.cmd(Command.GET).arg("c")));
    assertFails(
        Code.REDIS_MISCONFIGURED,
        "CROSSSLOT",
        line.send(Request.cmd(Command.MGET).arg("b").arg("c")));
    RedisScript.Call call = RedisScript.call().key("b").arg("c");
    assertFails(Code.REDIS_MISCONFIGURED, "CROSSSLOT", line.run(ELSEWHERE, call));
  }

  @Test
  void aClusterWithoutSlots_isUnavailable() throws Exception {
    EmbeddedRedis alone =
        EmbeddedRedis.start(EmbeddedRedis.options().withArguments("--cluster-enabled", "yes"));
    try {
      RedisLine line = to(alone.port());
      assertFails(
          Code.REDIS_UNAVAILABLE, "CLUSTERDOWN", line.send(Request.cmd(Command.GET).arg("b")));
    } finally {
      alone.close();
    }
  }
}
