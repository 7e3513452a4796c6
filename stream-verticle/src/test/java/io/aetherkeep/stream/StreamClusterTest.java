package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
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
import io.aetherkeep.catalogue.SubscriptionAsks.AckWake;
import io.aetherkeep.catalogue.SubscriptionAsks.ClaimSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.DeleteSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.PutSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.StreamAck;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionType;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeAction;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeClaim;
import io.aetherkeep.document.Octets;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams on a cluster of three masters, where commands over two slots fail. */
@ExtendWith(RedisClusterExtension.class)
class StreamClusterTest {

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());

  private static RedisTarget target(EmbeddedCluster cluster) {
    return PatientTarget.of("redis://cluster", 0)
        .in(List.of(new RedisAddress("127.0.0.1", cluster.port(0))));
  }

  @Test
  void everyOperation_keepsToOneSlotAStream(EmbeddedCluster cluster) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (ForeignClient foreign =
        ForeignClient.ofCluster(IntStream.range(0, 3).mapToObj(cluster::port).toList())) {
      Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
      RedisAccess access = await(RedisAccess.open(vertx, 1, Map.of(SPACE, target(cluster))));
      StreamSettings settings = new StreamSettings(1 << 20, 1 << 20, Duration.ofMillis(20));
      await(vertx.deployVerticle(StreamVerticle.instances(bus, access, settings).get()));
      StreamExtras lease = new StreamExtras(30L, null, null, null);
      await(bus.ask(new CreateStream("s", "a", "text/plain", 60L, null, false, null, null, lease)));
      Octets body = Octets.of(Buffer.buffer("x".repeat(200_000)));
      Producer producer = new Producer("p", 0, 0);
      await(bus.ask(new AppendToStream("s", "a", "text/plain", body, false, null, producer, null)));
      Fork fork = new Fork("a", null, null);
      await(bus.ask(new CreateStream("s", "b", null, null, null, false, null, fork, null)));
      await(bus.ask(new AppendToStream("s", "b", "text/plain", body, true, null, null, null)));
      assertEquals(400_000, await(bus.ask(new ReadStream("s", "b", null, null))).data().length());
      Octets more = Octets.of(Buffer.buffer("y"));
      List<Future<?>> appends = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        await(
            bus.ask(
                new CreateStream("s", "c" + i, "text/plain", 60L, null, false, null, null, lease)));
      }
      for (int i = 0; i < 90; i++) {
        appends.add(
            bus.ask(
                new AppendToStream(
                    "s", "c" + i % 30, "text/plain", more, false, null, null, null)));
      }
      await(Future.all(appends));
      for (int i = 0; i < 30; i++) {
        assertEquals(3, await(bus.ask(new ReadStream("s", "c" + i, null, null))).data().length());
      }
      claimOverSlots(bus);
      await(bus.ask(new DeleteStream("s", "a")));
      await(bus.ask(new DeleteStream("s", "b")));
      assertEquals(0, foreign.number("EXISTS", "stream:a"));
      assertEquals(0, foreign.number("EXISTS", "stream:b"));
    } finally {
      await(vertx.close());
    }
  }

  /** The subscription, its streams and its stream of wakes are in several slots. */
  private static void claimOverSlots(Bus bus) throws Exception {
    CreateStream wakes =
        new CreateStream("s", "w", "application/json", 60L, null, false, null, null, null);
    await(bus.ask(wakes));
    SubscriptionConfig config =
        new SubscriptionConfig(SubscriptionType.PULL_WAKE, "*", null, null, "w", 30_000L, null);
    var put = await(bus.ask(new PutSubscription("s", "p", config, "http://localhost/v1/stream/")));
    assertEquals(32, put.subscription().streams().size());
    Octets more = Octets.of(Buffer.buffer("z"));
    for (int i = 0; i < 30; i++) {
      await(bus.ask(new AppendToStream("s", "c" + i, "text/plain", more, false, null, null, null)));
    }
    ClaimSubscription claiming = new ClaimSubscription("s", "p", "w1");
    await().until(() -> await(bus.ask(new ReadStream("s", "w", null, null))).data().length() > 0);
    WakeClaim claim = await(bus.ask(claiming));
    List<StreamAck> acks =
        claim.streams().stream()
            .map(stream -> new StreamAck(stream.path(), stream.tailOffset()))
            .toList();
    await(
        bus.ask(
            new AckWake(
                "s",
                "p",
                WakeAction.ACK,
                claim.token(),
                claim.wakeId(),
                claim.generation(),
                acks,
                true)));
    await(bus.ask(new DeleteSubscription("s", "p")));
  }
}
