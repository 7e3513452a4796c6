package io.aetherkeep.webhook;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.DeliveryAsks.DeadLetter;
import io.aetherkeep.catalogue.DeliveryAsks.ListDeadLetters;
import io.aetherkeep.catalogue.DeliveryAsks.ListWebhookAttempts;
import io.aetherkeep.catalogue.DeliveryAsks.ReplayWebhook;
import io.aetherkeep.catalogue.DeliveryAsks.TestWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ChangeWebhook;
import io.aetherkeep.catalogue.WebhookAsks.CreateWebhook;
import io.aetherkeep.catalogue.WebhookAsks.DeleteWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ListWebhooks;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhookStats;
import io.aetherkeep.catalogue.WebhookAsks.RotateWebhookSecret;
import io.aetherkeep.catalogue.WebhookAsks.Webhook;
import io.aetherkeep.catalogue.WebhookAsks.WebhookDeleted;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.catalogue.WebhookAsks.WebhookFormat;
import io.aetherkeep.delivery.RetrySchedule;
import io.aetherkeep.delivery.WebhookSignature;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.aetherkeep.webhook.WebhookReceiver.Received;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests deliveries during failures of receivers, nodes and Redis. */
class WebhookVerticleTest extends WebhookDeployment {

  private static final String ENDPOINTS = "t:webhook:{WEBHOOKS}:endpoints";

  private static Failure refused(Node node, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> node.ask(ask));
    return Failure.from(thrown.getCause());
  }

  private static String space() {
    return SPACE.name();
  }

  @Test
  void whatAClusterLeftInTheSlots_isDeliveredAfterAMoveToAServer() throws Exception {
    String part = "t:outbox:part:{s" + RedisSlots.tag(7) + "}";
    create(node());
    foreign.send(
        "XADD",
        part,
        "*",
        "type",
        "cache-invalidated",
        "subject",
        "cache/topic/left",
        "keyspace",
        "topic",
        "id",
        "left",
        "removed",
        1);
    node();

    await().until(() -> receiver.taken().size() == 1);
    assertEquals(
        "left",
        receiver.taken().get(0).json().getJsonObject("data").getJsonArray("ids").getString(0));
    await().until(() -> foreign.number("XLEN", part) == 0);
  }

  @Test
  void aChange_isDeliveredSigned() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    await(node.put("a", 1));
    await().until(() -> receiver.taken().size() == 1);

    Received message = receiver.taken().get(0);
    assertEquals("cache-invalidated", message.json().getString("type"));
    assertEquals("topic", message.json().getJsonObject("data").getString("keyspace"));
    assertEquals(
        WebhookSignature.headers(
                List.of(String.valueOf(webhook.secret())),
                message.id(),
                Long.parseLong(message.headers().getOrDefault("webhook-timestamp", "0")),
                Buffer.buffer(message.body()))
            .get("webhook-signature"),
        message.headers().get("webhook-signature"));
  }

  @Test
  void withoutEndpoints_nothingIsAppended() throws Exception {
    Node node = node();
    await(node.put("a", 1));
    assertEquals(0, foreign.number("EXISTS", "t:outbox:{WEBHOOKS}:events"));

    Webhook webhook = create(node);
    node.ask(new DeleteWebhook(space(), webhook.id()));
    long before = foreign.number("XLEN", "t:outbox:{WEBHOOKS}:events");
    await(node.put("a", 2));
    assertEquals(before, foreign.number("XLEN", "t:outbox:{WEBHOOKS}:events"));
  }

  @Test
  void anEndpoint_isKnownToTheOtherNode() throws Exception {
    Node one = node();
    Node other = node();
    create(one);

    await()
        .until(
            () -> {
              await(other.put("a", 1));
              return !receiver.taken().isEmpty();
            });
  }

  @Test
  void aFailingEvent_holdsUpItsSubjectOnly() throws Exception {
    Node node = node();
    create(node);
    receiver.answers(one -> one.body().contains("\"slow\"") ? 500 : 204);
    await(node.put("slow", 1));
    await(node.put("slow", 2));
    await(node.put("quick", 3));
    await().until(() -> receiver.taken().size() == 1);
    assertTrue(receiver.taken().get(0).body().contains("\"quick\""));

    receiver.answers(one -> 204);
    await().until(() -> receiver.taken().size() == 3);
    long distinct = receiver.attempts().stream().map(Received::id).distinct().count();
    assertEquals(3, distinct);
  }

  @Test
  void thePauseOfAFailingEvent_isNotThatOfTheReceiver() throws Exception {
    Duration pause = Duration.ofSeconds(20);
    Node node = node(settings(new RetrySchedule(pause, pause, Duration.ofMinutes(5)), Map.of()));
    create(node);
    receiver.asksToRetryAfter("0");
    receiver.answers(one -> one.body().contains("\"slow\"") ? 503 : 204);
    await(node.put("slow", 1));
    await().until(() -> receiver.attempts().size() == 1);
    await(node.put("quick", 2));
    await().until(() -> receiver.taken().size() == 1);

    assertEquals(2, receiver.attempts().size());
  }

  @Test
  void aPauseThatAReceiverAskedFor_endsWithItsUrl() throws Exception {
    Duration pause = Duration.ofMinutes(1);
    Node node = node(settings(new RetrySchedule(pause, pause, Duration.ofDays(1)), Map.of()));
    Webhook webhook = create(node);
    receiver.asksToRetryAfter("600");
    receiver.answers(one -> 503);
    await(node.put("a", 1));
    await()
        .until(() -> !node.ask(new ListWebhookAttempts(space(), webhook.id())).items().isEmpty());
    receiver.answers(one -> 204);
    move(node, webhook);

    await().until(() -> receiver.taken().size() == 1);
  }

  @Test
  void aReceiverThatIsGone_afterItsUrlHasChanged_disablesNothing() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    receiver.answers(
        one -> {
          if (receiver.attempts().isEmpty()) {
            move(node, webhook);
            return 410;
          }
          return 204;
        });
    await(node.put("a", 1));

    await().until(() -> receiver.taken().size() == 1);
    assertTrue(node.ask(new ReadWebhook(space(), webhook.id())).enabled());
  }

  private void move(Node node, Webhook webhook) {
    try {
      node.ask(
          new ChangeWebhook(
              space(), webhook.id(), receiver.url() + "/moved", null, null, null, null));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whileTheReceiverFailsAndHangsAndRedisRestarts_noneIsLostAndTheOrderOfAKeyIsKept(
      @TempDir Path directory) throws Exception {
    EmbeddedRedis.Options options =
        EmbeddedRedis.options()
            .withDataDirectory(directory)
            .withArguments("--appendonly", "yes", "--appendfsync", "always");
    EmbeddedRedis redis = EmbeddedRedis.start(options);
    int port = redis.port();
    AtomicInteger requests = new AtomicInteger();
    try {
      Node one = node(redis.url(), settings());
      create(one);
      // A starting node knows the endpoints at once, a running one within two seconds.
      Node other = node(redis.url(), settings());
      receiver.answers(
          received ->
              switch (requests.incrementAndGet() % 5) {
                case 0 -> 503;
                case 1 -> requests.get() < 20 ? WebhookReceiver.HANG : 500;
                default -> 204;
              });
      int changes = 0;
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20; i++) {
          put(i % 2 == 0 || round == 0 ? one : other, "key" + i % 4, ++changes);
        }
        if (round == 1) {
          redis.kill();
          redis = EmbeddedRedis.start(options.withPort(port));
        }
      }
      int all = changes;
      await().atMost(Duration.ofSeconds(90)).until(() -> receiver.taken().size() >= all);
      Map<String, Long> last = new HashMap<>();
      for (Received message : receiver.taken()) {
        String key = message.json().getJsonObject("data").getJsonArray("ids").getString(0);
        long at = order(message.id());
        assertTrue(last.getOrDefault(key, 0L) < at, message::id);
        last.put(key, at);
      }
    } finally {
      redis.close();
    }
  }

  /** A number that orders message ids as in the outbox. */
  private static long order(String message) {
    String[] parts = message.substring(message.lastIndexOf('_') + 1).split("-", -1);
    return Long.parseLong(parts[0]) * 1000 + Long.parseLong(parts[1]);
  }

  /** Repeats until it is acknowledged, as a client does. */
  private static void put(Node node, String id, int number) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> await(node.put(id, number)) != null);
  }

  @Test
  void whatADeadNodeHadTaken_isDeliveredByTheNextOwner() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    node.ask(change(webhook, false));
    await()
        .until(() -> foreign.number("EXISTS", "t:webhook:{WEBHOOKS}:owner:" + webhook.id()) == 0);
    foreign.send("SET", "t:webhook:{WEBHOOKS}:owner:" + webhook.id(), "another node", "PX", 2000);
    appendByHand("a");
    appendByHand("b");
    foreign.send(
        "XREADGROUP",
        "GROUP",
        webhook.id(),
        "owner",
        "COUNT",
        1,
        "STREAMS",
        "t:outbox:{WEBHOOKS}:events",
        ">");
    node.ask(change(webhook, true));

    await().until(() -> receiver.taken().size() == 2);
    assertTrue(receiver.taken().get(0).body().contains("\"a\""));
  }

  /** Appends an event as a script does. */
  private void appendByHand(String id) {
    long number = foreign.number("HINCRBY", "t:outbox:{WEBHOOKS}:counters", "number", 1);
    foreign.send(
        "XADD",
        "t:outbox:{WEBHOOKS}:events",
        "*",
        "type",
        "cache-invalidated",
        "subject",
        "cache/topic/x",
        "sequence",
        number,
        "keyspace",
        "topic",
        "id",
        id,
        "removed",
        1);
  }

  private static ChangeWebhook change(Webhook webhook, boolean enabled) {
    return new ChangeWebhook(space(), webhook.id(), null, null, null, enabled, null);
  }

  @Test
  void whatHappensWhileAnEndpointIsDisabled_isDeliveredAfterwards() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    node.ask(change(webhook, false));
    await(node.put("a", 1));
    assertEquals(1, node.ask(new ReadWebhook(space(), webhook.id())).backlog());
    assertEquals(List.of(), receiver.attempts());

    node.ask(change(webhook, true));
    await().until(() -> receiver.taken().size() == 1);
  }

  @Test
  void aReceiverThatIsGone_disablesItsEndpoint() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    receiver.answers(one -> 410);
    await(node.put("a", 1));
    await().until(() -> !node.ask(new ReadWebhook(space(), webhook.id())).enabled());

    Webhook disabled = node.ask(new ReadWebhook(space(), webhook.id()));
    assertEquals("The receiver answered 410 Gone", disabled.disabledReason());
    assertEquals(1, disabled.backlog());
    receiver.answers(one -> 204);
    node.ask(change(webhook, true));
    await().until(() -> receiver.taken().size() == 1);
  }

  @Test
  void whatIsGivenUp_isADeadLetterUntilItIsReplayed() throws Exception {
    Node node = node(settings(Duration.ZERO, Map.of()));
    Webhook webhook = create(node);
    receiver.answers(one -> 500);
    await(node.put("a", 1));
    ListDeadLetters letters = new ListDeadLetters(space(), webhook.id(), null, null);
    await().until(() -> node.ask(letters).items().size() == 1);

    DeadLetter letter = node.ask(letters).items().get(0);
    assertEquals("status 500", letter.problem());
    receiver.answers(one -> 204);
    assertEquals(1, node.ask(new ReplayWebhook(space(), webhook.id(), null, null)).events());
    await().until(() -> receiver.taken().size() == 1);
    assertEquals(letter.message(), receiver.taken().get(0).id());
    assertEquals(List.of(), node.ask(letters).items());
  }

  @Test
  void whatHappenedSince_isReplayedForOneEndpoint() throws Exception {
    Node node = node();
    Webhook first = create(node);
    await(node.put("a", 1));
    await().until(() -> receiver.taken().size() == 1);
    create(node);

    assertEquals(
        1, node.ask(new ReplayWebhook(space(), first.id(), "2026-01-01T00:00:00Z", null)).events());
    await().until(() -> receiver.attempts().size() == 2);
    assertEquals(receiver.attempts().get(0).id(), receiver.attempts().get(1).id());
    await().until(() -> node.ask(new ReadWebhook(space(), first.id())).backlog() == 0);
  }

  @Test
  void aRotatedSecret_signsBesideTheOldOne() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    Webhook rotated = node.ask(new RotateWebhookSecret(space(), webhook.id(), null));
    assertNotEquals(webhook.secret(), rotated.secret());
    await(node.put("a", 1));
    await().until(() -> receiver.taken().size() == 1);

    String signatures = receiver.taken().get(0).headers().getOrDefault("webhook-signature", "");
    assertEquals(2, signatures.split(" ", -1).length);
  }

  @Test
  void secretsAndTokens_areInNoLaterAnswer() throws Exception {
    Node node = node();
    assertNotNull(create(node).secret());
    node.ask(purging(receiver.url(), WebhookFormat.FASTLY));

    for (Webhook listed : node.ask(new ListWebhooks(space())).items()) {
      assertNull(listed.secret());
      assertFalse(
          new String(
                  io.aetherkeep.bus.RecordJson.write(listed),
                  java.nio.charset.StandardCharsets.UTF_8)
              .contains("token"));
    }
  }

  @Test
  void anAddressThatIsNotPublic_isRefused() throws Exception {
    Node node = node();
    for (String url :
        List.of(
            "http://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "file:///x")) {
      assertEquals(Code.INVALID_BODY, refused(node, creating(url)).code(), url);
    }
    CreateWebhook nothing = new CreateWebhook(space(), receiver.url(), List.of(), null, null, null);
    assertEquals(Code.INVALID_BODY, refused(node, nothing).code());
    assertEquals(Code.WEBHOOK_UNKNOWN, refused(node, new ReadWebhook(space(), "none")).code());
  }

  @Test
  void attempts_areCountedAndListed() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    AtomicInteger requests = new AtomicInteger();
    receiver.answers(one -> requests.incrementAndGet() == 1 ? 500 : 204);
    await(node.put("a", 1));
    ListWebhookAttempts attempts = new ListWebhookAttempts(space(), webhook.id());
    await().until(() -> node.ask(attempts).items().size() == 2);

    assertEquals(
        List.of("delivered", "failed"),
        node.ask(attempts).items().stream().map(attempt -> attempt.result()).toList());
    assertEquals(1, node.ask(new ReadWebhookStats(space())).delivered());
    assertEquals(1, node.ask(new ReadWebhookStats(space())).failed());
    assertEquals(0, node.ask(new ReadWebhookStats(space())).backlog());
  }

  @Test
  void aTestMessage_isSentAtOnce() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    receiver.answers(one -> one.body().contains("\"test\"") ? 204 : 500);

    assertEquals("delivered", node.ask(new TestWebhook(space(), webhook.id())).result());
    receiver.answers(one -> 401);
    assertEquals("status 401", node.ask(new TestWebhook(space(), webhook.id())).problem());
  }

  private static WebhookSettings declaring(WebhookSettings.Declared declared) {
    return settings(Duration.ofMinutes(1), Map.of(space(), List.of(declared)));
  }

  private static WebhookSettings.Declared billing(String url) {
    return new WebhookSettings.Declared(
        "billing",
        url,
        List.of(WebhookEvent.CACHE_INVALIDATED),
        WebhookFormat.STANDARD,
        WebhookSignature.newSecret(),
        "");
  }

  @Test
  void anEndpointOfTheSettings_isThereAndOnlyTheirs() throws Exception {
    Node node = node(declaring(billing(receiver.url())));
    await(node.put("a", 1));
    await().until(() -> receiver.taken().size() == 1);

    Webhook webhook = node.ask(new ReadWebhook(space(), "billing"));
    assertTrue(webhook.bySettings());
    ChangeWebhook moved =
        new ChangeWebhook(space(), "billing", receiver.url(), null, null, true, null);
    assertEquals(Code.WEBHOOK_BY_SETTINGS, refused(node, moved).code());
    RotateWebhookSecret rotation = new RotateWebhookSecret(space(), "billing", null);
    assertEquals(Code.WEBHOOK_BY_SETTINGS, refused(node, rotation).code());
    assertEquals(
        Code.WEBHOOK_BY_SETTINGS, refused(node, new DeleteWebhook(space(), "billing")).code());
  }

  @Test
  void edges_arePurgedInTheirOwnForm() throws Exception {
    Node node = node();
    for (WebhookFormat format : WebhookFormat.values()) {
      node.ask(purging(receiver.url() + "/" + format.text(), format));
    }
    await(node.put("a", 1));
    await().until(() -> receiver.attempts().size() == 4);

    List<String> sent = new ArrayList<>();
    for (Received request : receiver.attempts()) {
      if (request.id().isEmpty()) {
        Map<String, String> headers = request.headers();
        sent.add(
            request.method()
                + headers.getOrDefault("surrogate-key", "")
                + headers.getOrDefault("xkey-purge", "")
                + request.body());
      }
    }
    sent.sort(String::compareTo);
    assertEquals(
        List.of("POSTtest/topic/a", "POST{\"tags\":[\"test/topic/a\"]}", "PURGEtest/topic/a"),
        sent);
  }

  @Test
  void eventsThatTheOutboxDropped_areCounted() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    node.ask(change(webhook, false));
    for (int i = 0; i < 5; i++) {
      appendByHand("a" + i);
    }
    foreign.send("XTRIM", "t:outbox:{WEBHOOKS}:events", "MAXLEN", 2);
    node.ask(change(webhook, true));

    await().until(() -> receiver.taken().size() == 2);
    assertEquals(3, node.ask(new ReadWebhook(space(), webhook.id())).dropped());
  }

  @Test
  void aDeletionThatARotationOvertakes_deletes() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    // Both read the endpoint before either changes it.
    Future<?> rotation = node.bus.ask(new RotateWebhookSecret(space(), webhook.id(), null));
    Future<WebhookDeleted> deletion = node.bus.ask(new DeleteWebhook(space(), webhook.id()));
    await(rotation.transform(done -> Future.succeededFuture()));

    assertTrue(await(deletion).deleted());
    assertEquals(
        Code.WEBHOOK_UNKNOWN, refused(node, new ReadWebhook(space(), webhook.id())).code());
  }

  @Test
  void aWebhookWhoseStoredJsonWasEditedByHand_isChangedAndDeleted() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    String stored = foreign.text("HGET", ENDPOINTS, webhook.id());
    foreign.send("HSET", ENDPOINTS, webhook.id(), stored + " ");
    assertFalse(node.ask(change(webhook, false)).enabled());

    foreign.send("HSET", ENDPOINTS, webhook.id(), stored + " ");
    assertTrue(node.ask(new DeleteWebhook(space(), webhook.id())).deleted());
    assertEquals(0, foreign.number("HEXISTS", ENDPOINTS, webhook.id()));
  }

  @Test
  void anOwnerThatDoesNotKnowOfADeletion_deliversNothingAgain() throws Exception {
    Node owner = node();
    Node other = node();
    Webhook webhook = create(owner);
    await(owner.put("a", 1));
    await().until(() -> receiver.taken().size() == 1);

    other.ask(new DeleteWebhook(space(), webhook.id()));
    await().until(() -> owner.ask(new ReadWebhookStats(space())).endpoints() == 0);
    assertEquals(1, receiver.attempts().size());
    assertEquals(List.of(), foreign.send("XINFO", "GROUPS", "t:outbox:{WEBHOOKS}:events"));
    assertEquals(
        0, foreign.number("HEXISTS", "t:outbox:{WEBHOOKS}:counters", "read:" + webhook.id()));
  }

  @Test
  void anEndpointOfTheSettingsThatWasGone_isEnabledAgain() throws Exception {
    Node node = node(declaring(billing(receiver.url())));
    receiver.answers(one -> 410);
    await(node.put("a", 1));
    ReadWebhook read = new ReadWebhook(space(), "billing");
    await().until(() -> !node.ask(read).enabled());

    receiver.answers(one -> 204);
    assertTrue(node.ask(change(node.ask(read), true)).enabled());
    await().until(() -> receiver.taken().size() == 1);
  }

  @Test
  void eventsDroppedBeforeItsSettingsChange_areCounted() throws Exception {
    Node node = node(declaring(billing(receiver.url())));
    node.ask(change(node.ask(new ReadWebhook(space(), "billing")), false));
    for (int i = 0; i < 5; i++) {
      appendByHand("a" + i);
    }
    foreign.send("XTRIM", "t:outbox:{WEBHOOKS}:events", "MAXLEN", 2);
    node.close();
    Node next = node(declaring(billing(receiver.url() + "/new")));

    await().until(() -> receiver.taken().size() == 2);
    assertEquals(3, next.ask(new ReadWebhook(space(), "billing")).dropped());
  }

  @Test
  void anEventThatCannotBeRead_isADeadLetterAndOthersAreDelivered() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    foreign.send(
        "XADD",
        "t:outbox:{WEBHOOKS}:events",
        "*",
        "type",
        "cache-invalidated",
        "subject",
        "cache/topic/broken",
        "ids",
        "[");
    await(node.put("a", 1));
    await().until(() -> receiver.taken().size() == 1);

    ListDeadLetters letters = new ListDeadLetters(space(), webhook.id(), null, null);
    await().until(() -> node.ask(letters).items().size() == 1);
    assertEquals("The event cannot be read", node.ask(letters).items().get(0).problem());
  }

  @Test
  void anEndpointOfTheSettingsBeyondTheLimit_leavesNothing() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    node.ask(change(webhook, false));
    String stored = foreign.text("HGET", ENDPOINTS, webhook.id());
    for (int i = 1; i < 100; i++) {
      foreign.send("HSET", ENDPOINTS, "wh_" + i, stored.replace(webhook.id(), "wh_" + i));
    }
    node(declaring(billing(receiver.url())));

    assertEquals(0, foreign.number("HEXISTS", ENDPOINTS, "billing"));
    assertFalse(foreign.text("XINFO", "GROUPS", "t:outbox:{WEBHOOKS}:events").contains("billing"));
  }

  @Test
  void anEventOfAnotherTypeWhoseSkipFailed_isSkippedLater() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    foreign.send("ACL", "LOG", "RESET");
    foreign.send("ACL", "SETUSER", "default", "-xack");
    try {
      foreign.send(
          "XADD",
          "t:outbox:{WEBHOOKS}:events",
          "*",
          "type",
          "config-changed",
          "sequence",
          foreign.number("HINCRBY", "t:outbox:{WEBHOOKS}:counters", "number", 1));
      await().until(() -> foreign.text("ACL", "LOG").contains("xack"));
    } finally {
      foreign.send("ACL", "SETUSER", "default", "+xack");
    }

    await().until(() -> node.ask(new ReadWebhook(space(), webhook.id())).backlog() == 0);
  }
}
