package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.SubscriptionAsks.ClaimSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.StreamAck;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeAction;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeClaim;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.stream.settings.StreamSettings.Bounds;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions;
import io.aetherkeep.stream.subscription.store.RedisWakes;
import io.aetherkeep.stream.subscription.store.RedisWakes.Note;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeVerdict;
import io.aetherkeep.stream.subscription.store.SubscriptionKeys;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions whose workers read a stream of wakes. */
class PullSubscriptionsTest extends SubscriptionDeployment {

  private static final String WAKES = "wake/pool";

  private static final int MAX_STREAM = 300_000;

  @Override
  protected StreamSettings settings() {
    StreamSettings usual = super.settings();
    return new StreamSettings(
        new Bounds(MAX_STREAM, MAX_STREAM, 0, Duration.ZERO),
        usual.spaces(),
        usual.sweepEvery(),
        usual.addresses());
  }

  /** The wakes in their stream. */
  private List<JsonObject> wakes() throws Exception {
    return Stream.of(whole(WAKES).split("\u001e"))
        .filter(text -> !text.isEmpty())
        .map(JsonObject::new)
        .toList();
  }

  private void awaitWakes(int number) {
    await().until(() -> wakes().size() == number);
  }

  private static StreamAck all(WakeClaim claim) {
    return new StreamAck(claim.streams().get(0).path(), claim.streams().get(0).tailOffset());
  }

  @Test
  void wake_isClaimedByOneWorker_andAcked() throws Exception {
    create(WAKES, JSON);
    put("p", pull(WAKES, "e/*"));
    ask(creating("e/a", TEXT, "x"));
    awaitWakes(1);
    JsonObject wake = wakes().get(0);
    assertEquals("wake", wake.getString("type"));
    assertEquals("p", wake.getString("subscription_id"));
    assertEquals("e/a", wake.getString("stream"));
    assertEquals(1, wake.getLong("generation"));
    assertTrue(wake.getLong("ts") > 1_700_000_000_000L);
    WakeClaim claim = claim("p", "w1");
    assertEquals(1, claim.generation());
    assertEquals(LEASE, claim.leaseTtlMs());
    assertTrue(claim.streams().get(0).hasPending());
    Failure held = refused(Code.ALREADY_CLAIMED, new ClaimSubscription(SPACE, "p", "w2"));
    assertEquals("w1", held.member("current_holder"));
    assertEquals("1", held.member("generation"));
    append("e/a", "y");
    assertFalse(ask(acking("p", WakeAction.ACK, claim, false, all(claim))).nextWake());
    assertTrue(ask(acking("p", WakeAction.ACK, claim, true)).nextWake());
    awaitWakes(2);
    WakeClaim next = claim("p", "w2");
    assertEquals(2, next.generation());
    assertFalse(ask(acking("p", WakeAction.ACK, next, true, all(next))).nextWake());
    refused(Code.NO_PENDING_WORK, new ClaimSubscription(SPACE, "p", "w1"));
    refused(Code.WAKE_FENCED, acking("p", WakeAction.ACK, next, true));
    append("e/a", "z");
    assertEquals(3, claim("p", "w1").generation());
  }

  @Test
  void fullStreamOfWakes_dropsItsOldest_andTakesTheNext() throws Exception {
    create(WAKES, JSON);
    put("p", pull(WAKES, "e/*"));
    String old = "{\"old\":\"" + "w".repeat(MAX_STREAM / 2 - 20) + "\"}";
    ask(appending(WAKES, JSON, old));
    ask(appending(WAKES, JSON, old));
    refused(Code.TOO_LARGE, appending(WAKES, JSON, old));
    ask(creating("e/a", TEXT, "x"));
    await().until(() -> "e/a".equals(wakes().get(wakes().size() - 1).getString("stream")));
    assertEquals(2, wakes().size());
    assertEquals(1, claim("p", "w1").generation());
  }

  @Test
  void release_wakesAgain_andFencesItsWorker() throws Exception {
    create(WAKES, JSON);
    put("p", pull(WAKES, null, "e/a"));
    ask(creating("e/a", TEXT, "x"));
    awaitWakes(1);
    WakeClaim claim = claim("p", "w1");
    assertTrue(ask(acking("p", WakeAction.RELEASE, claim, false)).nextWake());
    awaitWakes(2);
    refused(Code.WAKE_FENCED, acking("p", WakeAction.RELEASE, claim, false));
    refused(Code.WAKE_FENCED, acking("p", WakeAction.ACK, claim, true));
    assertEquals("-1", acked("p", "e/a"));
  }

  @Test
  void claim_ofASilentWorker_ends_andWakesAgain() throws Exception {
    create(WAKES, JSON);
    put("p", pull(WAKES, "e/*"));
    ask(creating("e/a", TEXT, "x"));
    awaitWakes(1);
    WakeClaim claim = claim("p", "w1");
    pass("p", "deadline");
    awaitWakes(2);
    refused(Code.WAKE_FENCED, acking("p", WakeAction.ACK, claim, true, all(claim)));
    assertEquals("-1", acked("p", "e/a"));
    assertEquals(2, claim("p", "w2").generation());
  }

  @Test
  void wake_waitsForItsStream_andComesOnce() throws Exception {
    put("p", pull(WAKES, "e/*"));
    ask(creating("e/a", TEXT, "x"));
    await().until(() -> !foreign.text("HGET", "subscription:p", "wake").isEmpty());
    create(WAKES, JSON);
    awaitWakes(1);
    append("e/a", "y");
    String checked = foreign.text("HGET", "subscription:p", "checked");
    await().until(() -> !foreign.text("HGET", "subscription:p", "checked").equals(checked));
    assertEquals(1, wakes().size());
    assertEquals(1, wakes().get(0).getLong("generation"));
  }

  @Test
  void ownWakes_wakeNobody() throws Exception {
    create(WAKES, JSON);
    put("p", pull(WAKES, "**"));
    ask(creating("e/a", TEXT, "x"));
    awaitWakes(1);
    WakeClaim claim = claim("p", "w1");
    assertEquals(1, claim.streams().size());
    assertFalse(ask(acking("p", WakeAction.ACK, claim, true, all(claim))).nextWake());
    assertEquals(1, wakes().size());
  }

  @Test
  void wake_ofAStreamThatIsDeleted_isWithdrawn() throws Exception {
    create(WAKES, JSON);
    put("p", pull(WAKES, "e/*"));
    ask(creating("e/a", TEXT, "x"));
    awaitWakes(1);
    ask(new DeleteStream(SPACE, "e/a"));
    await().until(() -> foreign.number("ZCARD", "pending:{subscription:p}") == 0);
    refused(Code.NO_PENDING_WORK, new ClaimSubscription(SPACE, "p", "w1"));
    ask(creating("e/b", TEXT, "x"));
    awaitWakes(2);
  }

  @Test
  void deletedStream_isAckedWithTheOthersOfItsWake() throws Exception {
    create(WAKES, JSON);
    put("p", pull(WAKES, "e/*"));
    ask(creating("e/a", TEXT, "x"));
    ask(creating("e/b", TEXT, "x"));
    await().until(() -> foreign.number("ZCARD", "pending:{subscription:p}") == 2);
    WakeClaim claim = claim("p", "w1");
    ask(new DeleteStream(SPACE, "e/a"));
    StreamAck[] acks =
        claim.streams().stream()
            .map(stream -> new StreamAck(stream.path(), stream.tailOffset()))
            .toArray(StreamAck[]::new);
    assertFalse(ask(acking("p", WakeAction.ACK, claim, true, acks)).nextWake());
  }

  @Test
  void manyStreams_comeInPages() throws Exception {
    create(WAKES, JSON);
    put("p", pull(WAKES, "e/*"));
    for (int i = 0; i < 150; i++) {
      ask(creating("e/" + i, TEXT, "x"));
    }
    await().until(() -> foreign.number("ZCARD", "pending:{subscription:p}") == 150);
    WakeClaim claim = claim("p", "w1");
    assertEquals(100, claim.streams().size());
    StreamAck[] acks =
        claim.streams().stream()
            .map(stream -> new StreamAck(stream.path(), stream.tailOffset()))
            .toArray(StreamAck[]::new);
    assertTrue(ask(acking("p", WakeAction.ACK, claim, true, acks)).nextWake());
    WakeClaim rest = claim("p", "w1");
    assertEquals(50, rest.streams().stream().filter(stream -> stream.hasPending()).count());
    refused(Code.INVALID_BODY, new ClaimSubscription(SPACE, "p", ""));
    refused(Code.SUBSCRIPTION_UNKNOWN, new ClaimSubscription(SPACE, "none", "w1"));
  }

  @Test
  void claimWithoutWork_ofManyStreams_readsThemAfterAPause_whichNoAnnouncedWorkWaitsFor()
      throws Exception {
    create(WAKES, JSON);
    put(
        "p",
        pull(WAKES, null, IntStream.range(0, 600).mapToObj(i -> "e/" + i).toArray(String[]::new)));
    foreign.send("HSET", "subscription:p", "checked", "9999999999999");
    ask(creating("e/7", TEXT, "x"));
    awaitPending();
    WakeClaim announced = claim("p", "w1");
    ask(acking("p", WakeAction.ACK, announced, true, all(announced)));
    append("e/7", "y");
    awaitPending();
    // As if the node had stopped before it noticed the append.
    foreign.send("ZREM", "pending:{subscription:p}", "e/7");
    refused(Code.NO_PENDING_WORK, new ClaimSubscription(SPACE, "p", "w1"));
    refused(Code.NO_PENDING_WORK, new ClaimSubscription(SPACE, "p", "w2"));
    foreign.send("HSET", "subscription:p", "checked", "1");
    assertEquals("e/7", claim("p", "w1").streams().get(0).path());
    assertTrue(Long.parseLong(foreign.text("HGET", "subscription:p", "checked")) > 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact", "gone"})
  void tailReadBeforeAnAppendsNotice_doesNotUndoIt(String how, RedisServer server)
      throws Exception {
    Space space = new Space(SPACE, "", Dialect.ANY, 1 << 20, Map.of());
    RedisAccess access =
        await(RedisAccess.open(vertx, 1, Map.of(space, PatientTarget.of(server.url(), 0))));
    SubscriptionKeys keys = new SubscriptionKeys(space, 0);
    create(WAKES, JSON);
    create("e/a", TEXT);
    put("p", pull(WAKES, null, "e/a"));
    String tail = tail("e/a");
    String link =
        await(new RedisStreamSubscriptions(access.line(space), keys).links("p")).get("e/a");
    append("e/a", "x");
    awaitWakes(1);
    Note late = new Note("e/a", how, tail, link);
    assertEquals(
        WakeVerdict.UNCLAIMED,
        await(new RedisWakes(access.line(space), keys).wake("p", false, "", List.of(late)))
            .verdict());
  }

  private void awaitPending() {
    await().until(() -> foreign.number("ZCARD", "pending:{subscription:p}") == 1);
  }
}
