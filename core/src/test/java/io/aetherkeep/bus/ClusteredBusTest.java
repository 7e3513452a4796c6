package io.aetherkeep.bus;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bus between two nodes of a real cluster: records travel as JSON, with unchanged bytes. */
class ClusteredBusTest {

  /** White space, escapes, and a number that does not fit a double. */
  private static final String ODD =
      "\n { \"a\" :\t1.10000000000000000000000001, \"b\":\"\\u00e9é\" }\n";

  /** Invalid JSON that another service may have stored. */
  private static final Buffer FOREIGN = Buffer.buffer(new byte[] {' ', (byte) 0xFF, 0, '"', '\n'});

  private static final LinkedBlockingQueue<CacheInvalidated> HEARD = new LinkedBlockingQueue<>();

  private static Vertx asking;
  private static Vertx answering;
  private static Bus bus;

  @BeforeAll
  static void start() throws Exception {
    String cluster = "test-" + UUID.randomUUID();
    asking = await(node(cluster));
    answering = await(node(cluster));
    bus = Bus.on(asking, Protocol.TYPES, Duration.ofSeconds(10));
    Bus other = Bus.on(answering, Protocol.TYPES, Duration.ofSeconds(10));
    await(other.answer(ReadEntry.class, ClusteredBusTest::answer));
    await(other.subscribe(CacheInvalidated.class, HEARD::add));
  }

  private static Future<Entry> answer(ReadEntry ask) {
    return switch (ask.ids().get(0)) {
      case "absent" -> Future.failedFuture(Failure.of(Code.ENTRY_UNKNOWN, "no " + ask.keyspace()));
      case "foreign" -> Future.succeededFuture(new Entry(Document.stored(FOREIGN), 1, 2));
      default -> Future.succeededFuture(new Entry(Document.of(ODD), 1, 2));
    };
  }

  private static Future<Vertx> node(String cluster) {
    Config config = new Config().setClusterName(cluster);
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    // Nodes join at once, even if other tests use the first ports.
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.tcp.join.port.try.count", "50");
    JoinConfig join = config.getNetworkConfig().setPublicAddress("127.0.0.1").getJoin();
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1");
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }

  @AfterAll
  static void stop() throws Exception {
    await(asking.close());
    await(answering.close());
  }

  @Test
  void ask_bringsTheBytesOfADocumentOver() throws Exception {
    Entry entry = await(bus.ask(new ReadEntry("aethercast", "topic", List.of("t1"))));
    assertEquals(ODD, entry.value().toString());
    assertEquals(2, entry.ttlSeconds());
  }

  @Test
  void ask_bringsAnyBytesOver() throws Exception {
    Entry entry = await(bus.ask(new ReadEntry("aethercast", "topic", List.of("foreign"))));
    assertEquals(FOREIGN, entry.value().bytes());
  }

  @Test
  void ask_bringsCodeAndDetailOfAFailureOver() {
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class,
            () -> await(bus.ask(new ReadEntry("aethercast", "topic", List.of("absent")))));
    Failure failure = (Failure) thrown.getCause();
    assertEquals(Code.ENTRY_UNKNOWN, failure.code());
    assertEquals("no topic", failure.detail());
  }

  @Test
  void jsonObject_isAnsweredByAJsonObjectOfAnotherNode() throws Exception {
    JsonObject ask = new JsonObject("{\"space\":\"s\",\"keyspace\":\"topic\",\"ids\":[\"t1\"]}");
    JsonObject answer =
        await(asking.eventBus().<JsonObject>request("aetherkeep.read-entry", ask)).body();
    assertEquals("éé", answer.getJsonObject("value").getString("b"));
    ask.put("ids", List.of("absent"));
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class,
            () -> await(asking.eventBus().request("aetherkeep.read-entry", ask)));
    assertEquals("entry-unknown", thrown.getCause().getMessage());
    assertEquals(404, ((ReplyException) thrown.getCause()).failureCode());
  }

  @Test
  void publish_reachesTheOtherNode() throws Exception {
    CacheInvalidated fact = new CacheInvalidated("s", "topic", null, "*", null, 3);
    bus.publish(fact);
    assertEquals(fact, HEARD.poll(60, TimeUnit.SECONDS));
  }
}
