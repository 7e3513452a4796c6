package io.aetherkeep.redis;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.document.Document;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay delivers events to the other nodes of the same space, once each and in order. */
class RedisRelayTest {

  private static final Space ONE = new Space("one", "", Dialect.ANY, 1 << 20, Map.of());
  private static final Space TWO = new Space("two", "", Dialect.ANY, 1 << 20, Map.of());

  private EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private final Node here = new Node(2);
  private final Node there = new Node(2);

  /** A Vert.x of its own, with the events that it received. */
  private final class Node {
    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(5));
    private final List<SessionExpired> heard = new CopyOnWriteArrayList<>();
    private final RedisAccess access;
    private final RedisRelay relay;

    Node(int loops) {
      Map<Space, RedisTarget> targets = new LinkedHashMap<>();
      targets.put(ONE, PatientTarget.of(redis.url(), 0));
      targets.put(TWO, PatientTarget.of(redis.url(), 1));
      try {
        access = await(RedisAccess.open(vertx, loops, targets));
        relay = RedisRelay.between(vertx, bus, access);
        await(bus.subscribe(SessionExpired.class, heard::add));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    boolean canPublish() {
      return access.unavailableReason(ONE) == null && access.unavailableReason(TWO) == null;
    }

    List<String> ids() {
      return heard.stream().map(SessionExpired::id).toList();
    }
  }

  /** Each node is subscribed and can publish before anything is published. */
  @BeforeEach
  void bothListen() {
    awaitListeners();
    await().until(() -> here.canPublish() && there.canPublish());
  }

  private void awaitListeners() {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      await()
          .atMost(30, TimeUnit.SECONDS)
          .until(
              () ->
                  ((List<?>) foreign.send("PUBSUB", "NUMSUB", "events:0", "events:1"))
                      .equals(List.of("events:0", 2L, "events:1", 2L)));
    }
  }

  @AfterEach
  void close() throws Exception {
    await(here.vertx.close());
    await(there.vertx.close());
    redis.close();
  }

  private static SessionExpired event(String space, String id) {
    return new SessionExpired(space, id, UserId.named("ü1"));
  }

  @Test
  void anEvent_isHeardOnceOnEveryNode() {
    here.bus.publish(event("one", "s1"));
    here.bus.publish(event("two", "s2"));
    await().atMost(30, TimeUnit.SECONDS).until(() -> there.heard.size() == 2);
    there.bus.publish(event("one", "s3"));
    await().atMost(30, TimeUnit.SECONDS).until(() -> here.heard.size() == 3);
    assertEquals(List.of("s1", "s2", "s3"), here.ids());
    assertTrue(there.heard.contains(event("one", "s1")), "as it was told");
    assertEquals(3, there.heard.size());
  }

  @Test
  void aBurst_arrivesWholeAndInOrder() {
    List<String> ids = IntStream.range(0, 3_000).mapToObj(Integer::toString).toList();
    here.vertx.runOnContext(turn -> ids.forEach(id -> here.bus.publish(event("one", id))));
    await().atMost(30, TimeUnit.SECONDS).until(() -> there.heard.size() == ids.size());
    assertEquals(ids, there.ids());
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> here.relay.tally().equals(new RedisRelay.Tally(3_000, 0, 0)));
    assertEquals(new RedisRelay.Tally(0, 0, 3_000), there.relay.tally());
  }

  @Test
  void largeEvents_areHeardInTheirPlace() throws Exception {
    List<StatusChanged> changes = new CopyOnWriteArrayList<>();
    await(there.bus.subscribe(StatusChanged.class, changes::add));
    List<StatusChanged> received = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      received.add(change(i, i % 3 == 0 ? 300_000 : 10));
    }
    here.vertx.runOnContext(turn -> received.forEach(here.bus::publish));
    await().atMost(30, TimeUnit.SECONDS).until(() -> changes.size() == received.size());
    assertEquals(received, changes);
  }

  private static StatusChanged change(int number, int bytes) {
    Document document = Document.of("{\"text\":\"" + "x".repeat(bytes) + "\"}");
    return new StatusChanged("one", "crawl", "c1", number, "1-1", false, document, null, null);
  }

  @Test
  void localEvents_areNotRelayed() {
    here.bus.publishHere(event("one", "s1"));
    here.bus.publish(event("nowhere", "s2"));
    here.bus.publish(event("one", "s3"));
    await().atMost(30, TimeUnit.SECONDS).until(() -> there.ids().equals(List.of("s3")));
    assertEquals(List.of("s1", "s2", "s3"), here.ids());
  }

  @Test
  void foreignMessages_areNoEvents() {
    List<String> odd = new ArrayList<>(List.of("", "short", "{}", "x".repeat(36)));
    String stranger = "00000000-0000-0000-0000-000000000000";
    odd.add(stranger + "[1, {\"event\": 7}]");
    odd.add(
        stranger + "[{\"event\": \"aetherkeep.read-session\", \"body\": {\"space\": \"one\"}}]");
    odd.add(stranger + "[{\"event\": \"aetherkeep.event.session-expired\", \"body\": []}]");
    odd.add(
        stranger
            + "[{\"event\": \"aetherkeep.event.session-expired\", \"body\": "
            + new JsonObject().put("space", "one").put("id", "last")
            + "}]");
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      odd.forEach(message -> foreign.send("PUBLISH", "events:0", message));
    }
    await().atMost(30, TimeUnit.SECONDS).until(() -> there.ids().equals(List.of("last")));
  }

  @Test
  void afterAnOutageOfRedis_eventsAreRelayedAgain() {
    redis.kill();
    here.bus.publish(event("one", "lost"));
    await().atMost(30, TimeUnit.SECONDS).until(() -> here.relay.tally().lost() == 1);
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(redis.port()));
    awaitListeners();
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () -> {
              here.bus.publish(event("one", "again"));
              return there.ids().contains("again");
            });
    assertTrue(!there.ids().contains("lost") && here.ids().contains("lost"));
  }
}
