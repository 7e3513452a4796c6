package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.SubscriptionAsks.AckWake;
import io.aetherkeep.catalogue.SubscriptionAsks.DeleteSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.LinkStreams;
import io.aetherkeep.catalogue.SubscriptionAsks.LinkType;
import io.aetherkeep.catalogue.SubscriptionAsks.ReadWakeKeys;
import io.aetherkeep.catalogue.SubscriptionAsks.StreamAck;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionType;
import io.aetherkeep.catalogue.SubscriptionAsks.UnlinkStream;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeAction;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeKey;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeTarget;
import io.aetherkeep.stream.WakeReceiver.Wake;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscriptions that post their wakes. */
class WebhookSubscriptionsTest extends SubscriptionDeployment {

  private WakeReceiver receiver;

  @BeforeEach
  void listen() throws Exception {
    receiver = new WakeReceiver();
  }

  @AfterEach
  void silence() throws Exception {
    receiver.close();
  }

  @Test
  void append_wakesOnce_untilItIsAcked() throws Exception {
    create("events/a", TEXT);
    append("events/a", "old");
    String before = tail("events/a");
    assertTrue(put("s1", hook(receiver.url(), "events/*")).created());
    append("events/a", "new");
    Wake wake = receiver.wake(1);
    append("events/a", "newer");
    assertEquals("s1", wake.json().getString("subscription_id"));
    assertEquals(1, wake.generation());
    assertEquals(before, wake.stream("events/a").getString("acked_offset"));
    assertTrue(wake.stream("events/a").getBoolean("has_pending"));
    assertEquals("glob", wake.stream("events/a").getString("link_type"));
    assertEquals(ROOT + "__ds/subscriptions/s1/callback", wake.json().getString("callback_url"));

    String seen = wake.stream("events/a").getString("tail_offset");
    var partly =
        ask(acking("s1", WakeAction.CALLBACK, wake, false, new StreamAck("events/a", seen)));
    assertTrue(partly.ok());
    assertFalse(partly.nextWake());
    assertEquals(seen, acked("s1", "events/a"));
    receiver.assertWakes(1);
    assertTrue(ask(acking("s1", WakeAction.CALLBACK, wake, true)).nextWake());
    Wake next = receiver.wake(2);
    assertEquals(2, next.generation());
    assertNotEquals(wake.id(), next.id());
    String end = tail("events/a");
    assertFalse(
        ask(acking("s1", WakeAction.CALLBACK, next, true, new StreamAck("events/a", end)))
            .nextWake());
    refused(Code.WAKE_FENCED, acking("s1", WakeAction.CALLBACK, next, true));
    refused(Code.WAKE_FENCED, acking("s1", WakeAction.CALLBACK, wake, true));
    assertEquals(end, acked("s1", "events/a"));
  }

  @Test
  void signature_isVerifiedByThePublishedKey() throws Exception {
    put("s1", hook(receiver.url(), "**"));
    ask(creating("a/b/c", TEXT, "x"));
    Wake wake = receiver.wake(1);
    WakeKey key = ask(new ReadWakeKeys(SPACE)).keys().get(0);
    String[] parts = wake.signature().split(",", -1);
    assertEquals("kid=" + key.kid(), parts[1]);
    byte[] raw = Base64.getUrlDecoder().decode(key.x());
    byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] encoded = new byte[prefix.length + raw.length];
    System.arraycopy(prefix, 0, encoded, 0, prefix.length);
    System.arraycopy(raw, 0, encoded, prefix.length, raw.length);
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    String signed = parts[0].substring("t=".length()) + "." + wake.body();
    signature.update(signed.getBytes(StandardCharsets.UTF_8));
    assertTrue(
        signature.verify(Base64.getUrlDecoder().decode(parts[2].substring("ed25519=".length()))));
    assertEquals(key.kid(), subscription("s1").webhook().signing().kid());
  }

  @Test
  void answerDone_acksWhatTheWakeSaid_andNothingNewer() throws Exception {
    receiver.answers(
        wake -> {
          if (wake.generation() == 1) {
            bus.ask(appending("e/a", TEXT, "while it is processed"));
          }
          return WakeReceiver.DONE;
        });
    put("s1", hook(receiver.url(), "e/*"));
    ask(creating("e/a", TEXT, "first"));
    Wake first = receiver.wake(1);
    assertEquals("-1", first.stream("e/a").getString("acked_offset"));
    Wake second = receiver.wake(2);
    assertEquals(
        first.stream("e/a").getString("tail_offset"),
        second.stream("e/a").getString("acked_offset"));
    String end = tail("e/a");
    await().until(() -> acked("s1", "e/a").equals(end));
    receiver.assertWakes(2);
  }

  @Test
  void failure_isRetriedWithTheSameWake_andIsShown() throws Exception {
    receiver.answers(wake -> new WakeReceiver.Answer(500, ""));
    put("s1", hook(receiver.url(), "e/*"));
    ask(creating("e/a", TEXT, "x"));
    Wake first = receiver.wake(1);
    await().until(() -> subscription("s1").status().equals("failed"));
    long pause =
        Long.parseLong(foreign.text("HGET", "subscription:s1", "attempt"))
            - System.currentTimeMillis();
    assertTrue(pause <= 1300, () -> "paused for " + pause + " ms");
    receiver.answers(wake -> new WakeReceiver.Answer(302, ""));
    pass("s1", "attempt");
    assertEquals(first.id(), receiver.wake(2).id());
    await().until(() -> foreign.text("HGET", "subscription:s1", "failures").equals("2"));
    receiver.answers(wake -> WakeReceiver.DONE);
    pass("s1", "attempt");
    assertEquals(first.id(), receiver.wake(3).id());
    await().until(() -> subscription("s1").status().equals("active"));
    await().until(() -> acked("s1", "e/a").equals(tail("e/a")));
  }

  @Test
  void lease_thatExpires_isFencedOff_andAnotherNodeGoesOn(RedisServer server) throws Exception {
    receiver.answers(wake -> WakeReceiver.SILENCE);
    put("s1", hook(receiver.url(), "e/*"));
    ask(creating("e/a", TEXT, "x"));
    Wake first = receiver.wake(1);
    await(vertx.close());
    Vertx other = Vertx.vertx();
    try {
      Bus there = Bus.on(other, Protocol.TYPES, Duration.ofSeconds(20));
      deploy(other, there, server);
      receiver.answers(wake -> WakeReceiver.DONE);
      pass("s1", "deadline");
      Wake second = receiver.wake(2);
      assertEquals(2, second.generation());
      assertNotEquals(first.id(), second.id());
      AckWake late = acking("s1", WakeAction.CALLBACK, first, true);
      var thrown =
          org.junit.jupiter.api.Assertions.assertThrows(
              java.util.concurrent.ExecutionException.class, () -> await(there.ask(late)));
      assertEquals("wake-fenced", thrown.getCause().getMessage());
    } finally {
      await(other.close());
    }
  }

  @Test
  void token_isOfItsSubscriptionAlone() throws Exception {
    put("s1", hook(receiver.url(), "e/*"));
    put("s2", hook(receiver.url(), "none/*"));
    ask(creating("e/a", TEXT, "x"));
    Wake wake = receiver.wake(1);
    refused(Code.BAD_CREDENTIALS, acking("s2", WakeAction.CALLBACK, wake, true));
    for (String token : List.of("", "x", wake.token() + "x", wake.token().replace('.', ':'))) {
      refused(
          Code.BAD_CREDENTIALS,
          new AckWake(SPACE, "s1", WakeAction.CALLBACK, token, wake.id(), 1L, List.of(), true));
    }
    refused(
        Code.WAKE_FENCED,
        new AckWake(
            SPACE, "s1", WakeAction.CALLBACK, wake.token(), wake.id(), 2L, List.of(), true));
    refused(
        Code.WAKE_FENCED,
        new AckWake(
            SPACE, "s1", WakeAction.CALLBACK, wake.token(), "w_other", 1L, List.of(), true));
    refused(Code.INVALID_BODY, acking("s1", WakeAction.ACK, wake, true));
  }

  @Test
  void ack_neitherRegressesNorPassesTheTail() throws Exception {
    put("s1", hook(receiver.url(), "e/*"));
    ask(creating("e/a", TEXT, "x"));
    Wake wake = receiver.wake(1);
    String tail = tail("e/a");
    String beyond = tail.substring(0, 17) + "0000000000000999";
    ask(acking("s1", WakeAction.CALLBACK, wake, false, new StreamAck("e/a", tail)));
    for (StreamAck ack :
        List.of(
            new StreamAck("e/a", "0000000000000000_0000000000000000"),
            new StreamAck("e/a", beyond),
            new StreamAck("e/a", "-1"),
            new StreamAck("e/a", "now"),
            new StreamAck("e/b", tail))) {
      refused(Code.ACK_CONFLICT, acking("s1", WakeAction.CALLBACK, wake, true, ack));
    }
    assertEquals(tail, acked("s1", "e/a"));
  }

  @Test
  void links_areByNameAndByPattern() throws Exception {
    create("e/a", TEXT);
    put("s1", hook(receiver.url(), "e/*", "e/a", "/named/"));
    assertEquals(LinkType.EXPLICIT, link("s1", "e/a").linkType());
    assertEquals("0000000000000000_0000000000000000", acked("s1", "named"));
    ask(new UnlinkStream(SPACE, "s1", "e/a"));
    assertEquals(LinkType.GLOB, link("s1", "e/a").linkType());
    create("other", TEXT);
    append("other", "old");
    ask(new LinkStreams(SPACE, "s1", List.of("other", "other")));
    assertEquals(tail("other"), acked("s1", "other"));
    ask(creating("named", TEXT, "x"));
    Wake wake = receiver.wake(1);
    assertTrue(wake.stream("named").getBoolean("has_pending"));
    assertFalse(wake.stream("other").getBoolean("has_pending"));
    ask(new UnlinkStream(SPACE, "s1", "other"));
    ask(new UnlinkStream(SPACE, "s1", "never"));
    assertEquals(2, subscription("s1").streams().size());
    refused(Code.SUBSCRIPTION_UNKNOWN, new UnlinkStream(SPACE, "none", "other"));
    refused(Code.SUBSCRIPTION_UNKNOWN, new LinkStreams(SPACE, "none", List.of("other")));
  }

  @Test
  void put_again_confirmsTheSameAndRefusesAnother() throws Exception {
    SubscriptionConfig config = hook(receiver.url(), "e/*", "b", "a");
    assertTrue(put("s1", config).created());
    assertFalse(put("s1", hook(receiver.url(), "/e/*", "a", "b", "a")).created());
    refused(Code.SUBSCRIPTION_EXISTS, putting("s1", hook(receiver.url(), "e/*", "a")));
    refused(Code.SUBSCRIPTION_EXISTS, putting("s1", pull("w", "e/*", "b", "a")));
    ask(new DeleteSubscription(SPACE, "s1"));
    ask(new DeleteSubscription(SPACE, "s1"));
    refused(
        Code.SUBSCRIPTION_UNKNOWN,
        new io.aetherkeep.catalogue.SubscriptionAsks.ReadSubscription(SPACE, "s1"));
    assertTrue(put("s1", hook(receiver.url(), "e/*", "a")).created());
  }

  @Test
  void deleted_isFencedOff_andWakesNoMore() throws Exception {
    put("s1", hook(receiver.url(), "e/*"));
    ask(creating("e/a", TEXT, "x"));
    Wake wake = receiver.wake(1);
    ask(new DeleteSubscription(SPACE, "s1"));
    refused(Code.SUBSCRIPTION_UNKNOWN, acking("s1", WakeAction.CALLBACK, wake, true));
    assertTrue(put("s1", hook(receiver.url(), "e/*")).created());
    refused(Code.WAKE_FENCED, acking("s1", WakeAction.CALLBACK, wake, true));
    ask(new DeleteSubscription(SPACE, "s1"));
    append("e/a", "y");
    assertEquals(0, foreign.number("EXISTS", "links:{subscription:s1}"));
    receiver.assertWakes(1);
  }

  @Test
  void configuration_isChecked() throws Exception {
    WakeTarget target = new WakeTarget(receiver.url());
    SubscriptionType hook = SubscriptionType.WEBHOOK;
    for (SubscriptionConfig wrong :
        List.of(
            new SubscriptionConfig(null, "e/*", null, target, null, null, null),
            new SubscriptionConfig(hook, null, null, target, null, null, null),
            new SubscriptionConfig(hook, null, List.of(), target, null, null, null),
            new SubscriptionConfig(hook, "e/*", null, null, null, null, null),
            new SubscriptionConfig(hook, "e/*", null, target, null, 999L, null),
            new SubscriptionConfig(hook, "e/*", null, target, null, 600_001L, null),
            new SubscriptionConfig(hook, "e/*", null, target, null, null, "\n"),
            new SubscriptionConfig(hook, "e/*", List.of("__ds/x"), target, null, null, null),
            new SubscriptionConfig(
                SubscriptionType.PULL_WAKE, "e/*", null, target, null, null, null))) {
      refused(Code.INVALID_BODY, putting("s1", wrong));
    }
    refused(Code.INVALID_PATTERN, putting("s1", hook(receiver.url(), "e/a*")));
    refused(Code.INVALID_ID, putting("s{1}", hook(receiver.url(), "e/*")));
    for (String url :
        List.of(
            "http://10.0.0.1/", "https://169.254.169.254/", "https://[::1]/", "ftp://x/", "x")) {
      refused(Code.WEBHOOK_URL_REJECTED, putting("s1", hook(url, "e/*")));
    }
  }

  @Test
  void sweep_findsWhatADeadNodeDidNotNotice() throws Exception {
    receiver.answers(wake -> WakeReceiver.DONE);
    put("s1", hook(receiver.url(), "e/*"));
    ask(creating("e/a", TEXT, "x"));
    String end = tail("e/a");
    await().until(() -> acked("s1", "e/a").equals(end));
    // As if a node had died between an append and its notice.
    foreign.send("HSET", "links:{subscription:s1}", "e/a", "-1 -1 1");
    receiver.wake(2);
    await().until(() -> acked("s1", "e/a").equals(end));
    // As if it had known of no subscription when it created a stream.
    foreign.send("HDEL", "links:{subscription:s1}", "e/a");
    foreign.send("HSET", "subscription:s1", "scanned", "1");
    assertEquals("-1", receiver.wake(3).stream("e/a").getString("acked_offset"));
  }

  @Test
  void stream_thatIsRecreated_isNewFromItsBeginning() throws Exception {
    receiver.answers(wake -> WakeReceiver.DONE);
    put("s1", hook(receiver.url(), "e/*"));
    ask(creating("e/a", TEXT, "x"));
    String end = tail("e/a");
    await().until(() -> acked("s1", "e/a").equals(end));
    ask(new DeleteStream(SPACE, "e/a"));
    ask(creating("e/a", TEXT, "y"));
    assertEquals("-1", receiver.wake(2).stream("e/a").getString("acked_offset"));
  }

  @Test
  void stream_thatIsDeleted_leavesItsSubscription() throws Exception {
    put("s1", hook(receiver.url(), "e/*"));
    create("e/a", TEXT);
    assertEquals("-1", acked("s1", "e/a"));
    ask(new DeleteStream(SPACE, "e/a"));
    foreign.send("HSET", "links:{subscription:s1}", "e/a", "-1 -1 1");
    await().until(() -> subscription("s1").streams().isEmpty());
  }

  @Test
  void fullSubscription_isNotWokenByMore_andStreamsAreCreatedStill() throws Exception {
    put("s1", hook(receiver.url(), "e/*"));
    String fill =
        "for i = 1, 10000 do redis.call('HSET', KEYS[1], 'x' .. i, '-1 -1 9999999999999') end";
    foreign.send("EVAL", fill, "1", "links:{subscription:s1}");
    ask(creating("e/a", TEXT, "x"));
    append("e/a", "y");
    assertEquals(10_000, foreign.number("HLEN", "links:{subscription:s1}"));
    receiver.assertWakes(0);
  }

  @Test
  void space_hasABoundedNumberOfSubscriptions() throws Exception {
    for (int i = 0; i < 200; i++) {
      foreign.send("ZADD", "index:subscriptions-due", "9999999999999", "x" + i);
    }
    refused(Code.TOO_MANY_SUBSCRIPTIONS, putting("s1", hook(receiver.url(), "e/*")));
  }

  @Test
  void refusedPath_isNotLinked_andAnEarlierLinkStopsNoWake() throws Exception {
    foreign.send("HSET", "stream:{x}", "head", "foreign");
    put("s1", hook(receiver.url(), "**"));
    refused(Code.INVALID_ID, creating("orders/my order", TEXT, "x"));
    refused(Code.INVALID_BODY, putting("s2", hook(receiver.url(), null, "a}b")));
    assertEquals(0, foreign.number("EXISTS", "links:{subscription:s1}"));
    foreign.send("HSET", "links:{subscription:s1}", "orders/my order", "-1 1_1 1");
    foreign.send("ZADD", "pending:{subscription:s1}", "1", "orders/my order");
    ask(creating("orders/1", TEXT, "x"));
    assertEquals("-1", receiver.wake(1).stream("orders/1").getString("acked_offset"));
    await().until(() -> foreign.number("HLEN", "links:{subscription:s1}") == 1);
  }
}
