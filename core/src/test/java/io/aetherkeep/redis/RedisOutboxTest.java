package io.aetherkeep.redis;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.aetherkeep.redis.store.RedisStore;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scripts append the events that somebody wants in the step that makes the change. */
@ExtendWith(RedisExtension.class)
class RedisOutboxTest {

  private static final Space SPACE = new Space("test", "t:", Dialect.ANY, 1 << 20, Map.of());

  private final Vertx vertx = Vertx.vertx();
  private ForeignClient foreign;
  private RedisOutbox outbox;
  private Store<Document> topics;

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    foreign = redis.foreign(3);
    foreign.send("FLUSHDB");
    RedisAccess access =
        await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(redis.url(), 3))));
    outbox = access.outbox(SPACE);
    topics =
        RedisStore.documents(
            access.line(SPACE), SPACE, Keyspaces.TOPICS, Keyspaces.DERIVED, Duration.ZERO);
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
  }

  private void put(String id, Condition<Document> condition) throws Exception {
    await(
        topics.put(
            Keyspaces.TOPICS.key(id), Document.of("{}"), condition, Duration.ofHours(1), ""));
  }

  @Test
  void whereNobodyWantsEvents_nothingIsAppended() throws Exception {
    put("a", Condition.any());

    assertEquals(0, foreign.number("EXISTS", outbox.events()));
    assertEquals(0, foreign.number("EXISTS", outbox.counters()));
  }

  @Test
  void aChange_isAppendedWithItsSubjectAndNumber() throws Exception {
    outbox.want(Set.of("cache-invalidated"), 100);
    put("a", Condition.any());
    put("a", Condition.any());

    String entries = foreign.send("XRANGE", outbox.events(), "-", "+").toString();
    assertTrue(entries.contains("cache/topic/a"), entries);
    assertEquals(2, foreign.number("XLEN", outbox.events()));
    assertEquals("2", foreign.text("HGET", outbox.counters(), "number"));
    assertTrue(foreign.number("PTTL", outbox.events()) > 0);
  }

  @Test
  void onACluster_aChangeIsAppendedInItsSlot() {
    RedisOutbox parts = new RedisOutbox(SPACE, true);

    for (int slot : new int[] {0, 7, 8191, RedisSlots.COUNT - 1}) {
      assertEquals(slot, RedisSlots.of(parts.part(slot)));
    }
  }

  @Test
  void aRefusedChange_isNotAppended() throws Exception {
    outbox.want(Set.of("cache-invalidated"), 100);
    put("a", Condition.present());

    assertEquals(0, foreign.number("EXISTS", outbox.events()));
  }

  @Test
  void anEventOfAnotherType_isNotAppended() throws Exception {
    outbox.want(Set.of("status-changed"), 100);
    put("a", Condition.any());

    assertEquals(0, foreign.number("EXISTS", outbox.events()));
  }
}
