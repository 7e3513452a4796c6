package io.aetherkeep.redis.store;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Fields;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Owner;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.redis.RedisLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hashes are stored as Redis hashes. */
class RedisHashesTest extends RedisStoreTest<Fields> {

  private static final Keyspace<Fields> RECORDS =
      Keyspace.hash("record", "record:{id}").expires(Duration.ofHours(1)).in(Owner.HEALTH);

  @Override
  protected Keyspace<Fields> keyspace() {
    return RECORDS;
  }

  @Override
  protected Store<Fields> on(RedisLine line) {
    return RedisStore.hashes(line, SPACE, RECORDS);
  }

  @Override
  protected Fields value(int number) {
    return Fields.of(Map.of("number", "" + number, "field" + number, "\u00e9 :"));
  }

  @Test
  void put_leavesNoFieldOfTheValueBefore() throws Exception {
    await(store().put(key("a"), value(1), Condition.any()));
    await(store().put(key("a"), value(2), Condition.any()));
    assertEquals(2, foreign().number("HLEN", "p:record:a"));
    assertEquals("2", foreign().text("HGET", "p:record:a", "number"));
    assertTrue(foreign().number("PTTL", "p:record:a") > 3_590_000);
  }

  @Test
  void find_readsWhatAnotherClientWrote() throws Exception {
    foreign().send("HSET", "p:record:a", "status", "healthy", "successRate", "0.99");
    Fields found = await(store().find(key("a"))).orElseThrow().value();
    assertEquals(Map.of("status", "healthy", "successRate", "0.99"), found.values());
    assertEquals(List.of("status", "successRate"), List.copyOf(found.values().keySet()));
  }
}
