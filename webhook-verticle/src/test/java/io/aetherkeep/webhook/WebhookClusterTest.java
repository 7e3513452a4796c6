package io.aetherkeep.webhook;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.aetherkeep.webhook.WebhookReceiver.Received;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * On a cluster events are appended in the slot of the change, and moved from there to the outbox.
 */
@ExtendWith(RedisClusterExtension.class)
class WebhookClusterTest extends WebhookDeployment {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private ForeignClient cluster;
  private RedisTarget target;

  @BeforeEach
  void connect(EmbeddedCluster servers) {
    cluster =
        ForeignClient.ofCluster(
            IntStream.range(0, servers.size()).mapToObj(servers::port).toList());
    cluster.send("FLUSHALL");
    target =
        PatientTarget.of("redis://cluster", 0)
            .in(List.of(new RedisAddress("127.0.0.1", servers.port(0))));
  }

  @AfterEach
  void disconnect() {
    cluster.close();
  }

  private static String part(String id) {
    int slot = RedisSlots.of("t:cache:topic:" + id);
    return "t:outbox:part:{s" + RedisSlots.tag(slot) + "}";
  }

  private static String id(Received message) {
    return message.json().getJsonObject("data").getJsonArray("ids").getString(0);
  }

  private void appendAsADeadNode(String place, String id) {
    cluster.send(
        "XADD",
        part(id),
        place,
        "type",
        "cache-invalidated",
        "subject",
        "cache/topic/" + id,
        "keyspace",
        "topic",
        "id",
        id,
        "removed",
        1);
  }

  @Test
  void changesOfTwoNodesInManySlots_areDeliveredOnceAndInOrderForEachKey() throws Exception {
    Node one = node(target, settings());
    create(one);
    // A starting node reads the endpoint.
    Node other = node(target, settings());
    List<Future<?>> changes = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      changes.add((i % 200 < 100 ? one : other).put("key" + i % 200, i));
    }
    await(Future.all(changes));

    await().atMost(PATIENCE).until(() -> receiver.taken().size() >= 400);
    assertEquals(400, receiver.taken().size());
    Map<String, String> last = new HashMap<>();
    for (Received message : receiver.taken()) {
      String before = last.put(id(message), message.id());
      assertTrue(before == null || before.compareTo(message.id()) < 0, message::id);
    }
    assertEquals(200, last.size());
    await().atMost(PATIENCE).until(() -> cluster.number("XLEN", part("key7")) == 0);
  }

  @Test
  void whatADeadNodeLeftInASlot_isFoundByASweep() throws Exception {
    Node node = node(target, settings());
    create(node);
    appendAsADeadNode("*", "left");

    await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
    assertEquals("left", id(receiver.taken().get(0)));
  }

  @Test
  void anEventThatIsGatheredTwice_isDeliveredOnce() throws Exception {
    Node node = node(target, settings());
    create(node);
    await(node.put("a", 1));
    await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
    String[] place = receiver.taken().get(0).id().substring("msg_test_".length()).split("-", -1);
    cluster.send("DEL", part("a"));
    appendAsADeadNode(place[0] + "-" + place[1], "a");
    await(node.put("a", 2));

    await().atMost(PATIENCE).until(() -> receiver.taken().size() == 2);
    await().atMost(PATIENCE).until(() -> cluster.number("XLEN", part("a")) == 0);
    assertEquals(2, cluster.number("XLEN", "t:outbox:{WEBHOOKS}:events"));
  }

  @Test
  void aSlotWhoseMasterDoesNotKnowTheScript_isGathered() throws Exception {
    Node node = node(target, settings());
    create(node);
    cluster.send("SCRIPT", "FLUSH");
    await(node.put("a", 1));

    await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
  }
}
