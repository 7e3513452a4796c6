package io.aetherkeep.redis.connection;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Failover behind one address, as of a DNS name or a virtual IP, without Sentinels. */
class RedisDemotionTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());

  private volatile int target;

  private void forward(NetClient client, NetSocket near) {
    near.pause();
    client
        .connect(target, "127.0.0.1")
        .onSuccess(
            far -> {
              near.pipeTo(far);
              far.pipeTo(near);
            })
        .onFailure(thrown -> near.close());
  }

  private static boolean isSet(RedisLine line, String value) {
    try {
      await(line.send(Request.cmd(Command.SET).arg("a").arg(value)));
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void aDemotedMaster_isLeftForTheServerThatTheAddressLeadsTo() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (EmbeddedRedis former = EmbeddedRedis.start(EmbeddedRedis.options());
        EmbeddedRedis next = EmbeddedRedis.start(EmbeddedRedis.options());
        ForeignClient ofFormer = new ForeignClient(former.port());
        ForeignClient ofNext = new ForeignClient(next.port())) {
      target = former.port();
      NetClient client = vertx.createNetClient();
      int port =
          await(
                  vertx
                      .createNetServer()
                      .connectHandler(near -> forward(client, near))
                      .listen(0, "127.0.0.1"))
              .actualPort();
      String url = "redis://127.0.0.1:" + port;
      RedisLine line =
          await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(url, 0)))).line(SPACE);
      await().until(() -> isSet(line, "before"));
      ofFormer.send("REPLICAOF", "127.0.0.1", next.port());
      target = next.port();
      await().until(() -> isSet(line, "after"));
      assertEquals("after", Objects.requireNonNull(ofNext.send("GET", "a")).toString());
    } finally {
      await(vertx.close());
    }
  }
}
