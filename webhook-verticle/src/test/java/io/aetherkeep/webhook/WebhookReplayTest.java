package io.aetherkeep.webhook;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.DeliveryAsks.ListDeadLetters;
import io.aetherkeep.catalogue.DeliveryAsks.ReplayWebhook;
import io.aetherkeep.catalogue.DeliveryAsks.WebhookReplayed;
import io.aetherkeep.catalogue.WebhookAsks.ChangeWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhook;
import io.aetherkeep.catalogue.WebhookAsks.Webhook;
import io.aetherkeep.webhook.WebhookReceiver.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the pages of replays. */
class WebhookReplayTest extends WebhookDeployment {

  private static final String OUTBOX = "t:outbox:{WEBHOOKS}:events";
  private static final String SINCE = "2026-01-01T00:00:00Z";

  private static WebhookReplayed replay(
      Node node, Webhook webhook, @Nullable String since, @Nullable String cursor)
      throws Exception {
    return node.ask(new ReplayWebhook(SPACE.name(), webhook.id(), since, cursor));
  }

  private void append(String key, String type, int count) {
    for (int i = 0; i < count; i++) {
      long number = foreign.number("HINCRBY", "t:outbox:{WEBHOOKS}:counters", "number", 1);
      foreign.send(
          "XADD",
          key,
          "*",
          "type",
          type,
          "subject",
          "cache/topic/" + number,
          "sequence",
          number,
          "keyspace",
          "topic",
          "id",
          number,
          "removed",
          1);
    }
  }

  private static void disable(Node node, Webhook webhook) throws Exception {
    node.ask(new ChangeWebhook(SPACE.name(), webhook.id(), null, null, null, false, null));
  }

  /** The message ids of all copies in the outbox. */
  private List<String> copies() {
    List<String> messages = new ArrayList<>();
    for (Object entry : (List<?>) foreign.send("XRANGE", OUTBOX, "-", "+")) {
      List<?> fields = (List<?>) ((List<?>) entry).get(1);
      if (fields.contains("to")) {
        messages.add(String.valueOf(fields.get(fields.indexOf("message") + 1)));
      }
    }
    return messages;
  }

  @Test
  void pages_containEachEventOnce_onTwoNodesWhileNewEventsArrive() throws Exception {
    append(OUTBOX, "cache-invalidated", 2001);
    Node one = node();
    Webhook webhook = create(one);
    Node other = node();

    WebhookReplayed first = replay(one, webhook, SINCE, null);
    assertEquals(1000, first.events());
    assertTrue(first.more());
    await(one.put("new", 1));
    WebhookReplayed second = replay(other, webhook, SINCE, first.next());
    assertEquals(1000, second.events());
    await(other.put("newer", 1));
    WebhookReplayed third = replay(one, webhook, null, second.next());
    assertEquals(new WebhookReplayed(1, false, null), third);

    assertEquals(2001, copies().size());
    assertEquals(2001, new HashSet<>(copies()).size());
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> receiver.taken().stream().map(Received::id).distinct().count() == 2001 + 2);
    await().until(() -> one.ask(new ReadWebhook(SPACE.name(), webhook.id())).backlog() == 0);
  }

  @Test
  void aPageOfOtherTypes_isEmptyAndHasANext() throws Exception {
    append(OUTBOX, "config-changed", 1000);
    append(OUTBOX, "cache-invalidated", 1);
    Node node = node();
    Webhook webhook = create(node);

    WebhookReplayed first = replay(node, webhook, SINCE, null);
    assertEquals(0, first.events());
    assertNotNull(first.next());
    assertEquals(new WebhookReplayed(1, false, null), replay(node, webhook, null, first.next()));
  }

  @Test
  void eventsThatTheOutboxDroppedBetweenPages_doNotEndTheReplay() throws Exception {
    append(OUTBOX, "cache-invalidated", 1500);
    Node node = node();
    Webhook webhook = create(node);
    disable(node, webhook);

    WebhookReplayed first = replay(node, webhook, SINCE, null);
    foreign.send("XTRIM", OUTBOX, "MAXLEN", 1000 + 400);
    assertEquals(new WebhookReplayed(400, false, null), replay(node, webhook, null, first.next()));
  }

  @Test
  void entriesOfOthers_stopNeitherDeliveryNorReplay() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    foreign.send("XADD", OUTBOX, "*", "subject", "x");
    foreign.send("XADD", OUTBOX, "*", "type", "cache-invalidated", "message", "garbage");
    await(node.put("good", 1));
    await().until(() -> receiver.attempts().size() == 2);
    assertEquals(2, replay(node, webhook, SINCE, null).events());
    await().until(() -> receiver.attempts().size() == 4);
    assertEquals(2, receiver.attempts().stream().map(Received::id).distinct().count());
    await().until(() -> node.ask(new ReadWebhook(SPACE.name(), webhook.id())).backlog() == 0);
  }

  /** A receiver that still fails would otherwise make the replay endless. */
  @Test
  void deadLettersOfLaterFailures_areNotPartOfTheReplay() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    disable(node, webhook);
    String letters = "t:webhook:{WEBHOOKS}:dead:" + webhook.id();
    append(letters, "cache-invalidated", 1001);

    WebhookReplayed first = replay(node, webhook, null, null);
    assertEquals(1000, first.events());
    append(letters, "cache-invalidated", 1);
    assertEquals(new WebhookReplayed(1, false, null), replay(node, webhook, null, first.next()));
    ListDeadLetters list = new ListDeadLetters(SPACE.name(), webhook.id(), null, null);
    assertEquals(1, node.ask(list).items().size());
  }

  @Test
  void aReplayOfNothing_hasNoNext() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    assertNull(replay(node, webhook, null, null).next());
    assertNull(replay(node, webhook, SINCE, null).next());
  }

  @Test
  void aCursorOfNoReplay_isRefused() throws Exception {
    Node node = node();
    Webhook webhook = create(node);
    for (String cursor : List.of("", "-", "1-0", "1.2.3", ".1-0.", ".1-0.+", "since.1-0.2-0")) {
      assertEquals(
          "'cursor' must be the 'next' of the previous page",
          refusal(node, webhook, null, cursor),
          cursor);
    }
    for (String cursor : List.of(".1-0.2-0", "5.1-0.2-0")) {
      assertEquals(
          "'cursor' belongs to a replay with another 'since'",
          refusal(node, webhook, SINCE, cursor),
          cursor);
    }
  }

  private static String refusal(Node node, Webhook webhook, @Nullable String since, String cursor) {
    ExecutionException thrown =
        assertThrows(ExecutionException.class, () -> replay(node, webhook, since, cursor));
    Failure failure = Failure.from(thrown.getCause());
    assertEquals(Code.INVALID_BODY, failure.code());
    return failure.detail();
  }
}
