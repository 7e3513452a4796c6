package io.aetherkeep.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.Fork;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.document.Octets;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node of a cluster that has all slots: whatever reaches over two of them fails there. */
class StreamClusterTest {

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void everyOperation_keepsToOneSlotAStream() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (EmbeddedRedis redis =
            EmbeddedRedis.start(EmbeddedRedis.options().withArguments("--cluster-enabled", "yes"));
        ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      await().until(() -> foreign.text("CLUSTER", "INFO").contains("cluster_state:ok"));
      Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
      RedisAccess access =
          get(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(redis.url(), 0))));
      StreamSettings settings = new StreamSettings(1 << 20, 1 << 20, Duration.ofMillis(20));
      get(vertx.deployVerticle(StreamVerticle.instances(bus, access, settings).get()));
      StreamExtras lease = new StreamExtras(30L, null, null, null);
      get(bus.ask(new CreateStream("s", "a", "text/plain", 60L, null, false, null, null, lease)));
      Octets body = Octets.of(Buffer.buffer("x".repeat(200_000)));
      Producer producer = new Producer("p", 0, 0);
      get(bus.ask(new AppendToStream("s", "a", "text/plain", body, false, null, producer, null)));
      Fork fork = new Fork("a", null, null);
      get(bus.ask(new CreateStream("s", "b", null, null, null, false, null, fork, null)));
      get(bus.ask(new AppendToStream("s", "b", "text/plain", body, true, null, null, null)));
      assertEquals(400_000, get(bus.ask(new ReadStream("s", "b", null, null))).data().length());
      get(bus.ask(new DeleteStream("s", "a")));
      get(bus.ask(new DeleteStream("s", "b")));
      assertEquals(0, foreign.number("EXISTS", "stream:a"));
      assertEquals(0, foreign.number("EXISTS", "stream:b"));
    } finally {
      get(vertx.close());
    }
  }
}
