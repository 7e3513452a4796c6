package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.document.Document;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.settings.SessionSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers about sessions while Redis is unavailable. */
class SessionOutageTest {

  private static final String A = "aethercast";

  private final EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private SessionNode node;
  private SessionNode other;

  @BeforeEach
  void deploy() throws Exception {
    node = node();
    other = node();
  }

  private SessionNode node() throws Exception {
    RedisTarget target =
        new RedisTarget(
            redis.url(),
            0,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            8192,
            Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50)));
    Space space = new Space(A, "", Dialect.AETHERCAST, 1 << 20, Map.of());
    return new SessionNode(Map.of(space, target), SessionSettings.usual(), InstantSource.system());
  }

  @AfterEach
  void close() throws Exception {
    node.close();
    other.close();
    redis.close();
  }

  private Session open() throws Exception {
    return await(node.asks(new OpenSession(A, null, null, null, null, null)));
  }

  private static ReadSession reading(String id, Boolean touch) {
    return new ReadSession(A, id, touch, null);
  }

  private Session read(String id) throws Exception {
    return await(node.asks(reading(id, null)));
  }

  private void assertUnavailable(SessionNode asked, Ask<?> ask) {
    ExecutionException thrown =
        assertThrows(ExecutionException.class, () -> await(asked.asks(ask)));
    assertEquals(Code.REDIS_UNAVAILABLE, Failure.from(thrown.getCause()).code());
  }

  /** Kills Redis. Clients notice the closed connection a moment later. */
  private void kill() {
    redis.kill();
    await().untilAsserted(() -> assertUnavailable(node, reading("nobody", false)));
    await().untilAsserted(() -> assertUnavailable(other, reading("nobody", false)));
  }

  @Test
  void read_isAnsweredWithWhatThisNodeSawAndSaysSo() throws Exception {
    String id = open().id();
    Session before = read(id);
    assertNull(before.staleSeconds());
    kill();
    Session seen = read(id);
    assertEquals(before.document(), seen.document());
    assertEquals(before.version(), seen.version());
    assertNotNull(seen.staleSeconds());
  }

  @Test
  void read_failsOfWhatThisNodeDidNotSee() throws Exception {
    String id = open().id();
    kill();
    assertUnavailable(other, reading(id, null));
  }

  @Test
  void everyUse_failsForItCannotCount() throws Exception {
    String id = open().id();
    read(id);
    kill();
    assertUnavailable(node, reading(id, true));
    assertUnavailable(node, new PatchSession(A, id, Document.of("{\"a\": 1}"), null));
    assertUnavailable(node, new OpenSession(A, "mine", null, null, null, null));
    assertUnavailable(node, new RotateSession(A, id));
  }

  @Test
  void whatWasEnded_isNotAnsweredAnyMore() throws Exception {
    String id = open().id();
    read(id);
    await(node.asks(new EndSession(A, id)));
    kill();
    assertUnavailable(node, reading(id, null));
  }

  @Test
  void whatWasEndedOnAnotherNode_isNotAnsweredAnyMore() throws Exception {
    String id = open().id();
    String kept = open().id();
    await(other.asks(reading(id, null)));
    await(other.asks(reading(kept, null)));
    await(node.asks(new EndSession(A, id)));
    kill();
    // Invalidations that Redis sent before it stopped may still arrive.
    await().untilAsserted(() -> assertUnavailable(other, reading(id, null)));
    assertNotNull(await(other.asks(reading(kept, null))).staleSeconds());
  }

  @Test
  void whatSomebodyTriedToEnd_isNotAnsweredThoughItMayLive() throws Exception {
    String id = open().id();
    read(id);
    kill();
    assertUnavailable(node, new EndSession(A, id));
    assertUnavailable(node, reading(id, null));
  }
}
