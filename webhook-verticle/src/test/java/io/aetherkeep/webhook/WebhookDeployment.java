package io.aetherkeep.webhook;

import static io.aetherkeep.testing.Futures.await;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.WebhookAsks.CreateWebhook;
import io.aetherkeep.catalogue.WebhookAsks.Webhook;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.catalogue.WebhookAsks.WebhookFormat;
import io.aetherkeep.delivery.AddressPolicy;
import io.aetherkeep.delivery.Network;
import io.aetherkeep.delivery.RetrySchedule;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.store.RedisStore;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Deployment of the webhook verticle on several nodes with one real Redis, and a store whose
 * changes are announced.
 */
@ExtendWith(RedisExtension.class)
abstract class WebhookDeployment {

  static final Space SPACE = new Space("test", "t:", Dialect.ANY, 1 << 20, Map.of());

  private final List<Node> nodes = new ArrayList<>();
  protected WebhookReceiver receiver;
  protected ForeignClient foreign;
  protected RedisServer server;

  /** A separate Vert.x. */
  final class Node {
    final Vertx vertx = Vertx.vertx();
    final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
    final Store<Document> topics;

    Node(RedisTarget target, WebhookSettings settings) throws Exception {
      RedisAccess access = await(RedisAccess.open(vertx, 1, Map.of(SPACE, target)));
      topics =
          RedisStore.documents(
              access.line(SPACE), SPACE, Keyspaces.TOPICS, Keyspaces.DERIVED, Duration.ZERO);
      await(
          vertx.deployVerticle(new WebhookVerticle(bus, access, settings, InstantSource.system())));
    }

    <A> A ask(Ask<A> ask) throws Exception {
      return await(bus.ask(ask));
    }

    /** Changes an entry, which is announced. */
    Future<?> put(String id, int number) {
      return topics.put(
          Keyspaces.TOPICS.key(id),
          Document.of("{\"number\":" + number + "}"),
          Condition.any(),
          Duration.ofHours(1),
          "");
    }

    void close() throws Exception {
      await(vertx.close());
    }
  }

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    server = redis;
    foreign = redis.foreign(3);
    receiver = new WebhookReceiver();
  }

  @AfterEach
  void close() throws Exception {
    for (Node node : nodes) {
      node.close();
    }
    receiver.close();
    foreign.close();
  }

  static WebhookSettings settings() {
    return settings(Duration.ofMinutes(5), Map.of());
  }

  static WebhookSettings settings(
      Duration giveUpAfter, Map<String, List<WebhookSettings.Declared>> declared) {
    return settings(
        new RetrySchedule(Duration.ofMillis(20), Duration.ofMillis(200), giveUpAfter), declared);
  }

  static WebhookSettings settings(
      RetrySchedule retries, Map<String, List<WebhookSettings.Declared>> declared) {
    return new WebhookSettings(
        new AddressPolicy(List.of(Network.parse("127.0.0.0/8").orElseThrow())),
        Duration.ofSeconds(2),
        retries,
        10_000,
        Duration.ofMillis(20),
        declared);
  }

  Node node() throws Exception {
    return node(settings());
  }

  Node node(WebhookSettings settings) throws Exception {
    return node(server.url(), settings);
  }

  Node node(String url, WebhookSettings settings) throws Exception {
    return node(PatientTarget.of(url, 3), settings);
  }

  Node node(RedisTarget target, WebhookSettings settings) throws Exception {
    Node node = new Node(target, settings);
    nodes.add(node);
    return node;
  }

  Webhook create(Node node) throws Exception {
    return node.ask(creating(receiver.url()));
  }

  static CreateWebhook creating(String url) {
    return new CreateWebhook(
        SPACE.name(), url, List.of(WebhookEvent.CACHE_INVALIDATED), null, null, null);
  }

  static CreateWebhook purging(String url, WebhookFormat format) {
    return new CreateWebhook(
        SPACE.name(), url, List.of(WebhookEvent.CACHE_INVALIDATED), null, format, "token");
  }
}
