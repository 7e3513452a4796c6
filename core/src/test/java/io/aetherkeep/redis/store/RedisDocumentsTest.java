package io.aetherkeep.redis.store;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Owner;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.keyspace.Stored;
import io.aetherkeep.redis.RedisLine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Documents are stored byte for byte. */
class RedisDocumentsTest extends RedisStoreTest<Document> {

  private static final Keyspace<Document> THINGS =
      Keyspace.json("thing", "thing:{id}").expires(Duration.ofHours(1)).in(Owner.CACHE);

  @Override
  protected Keyspace<Document> keyspace() {
    return THINGS;
  }

  @Override
  protected Store<Document> on(RedisLine line) {
    return RedisStore.documents(line, SPACE, THINGS);
  }

  @Override
  protected Document value(int number) {
    return Document.of("{\"number\" : " + number + ", \"text\": \"\u00e9\u4e2d\"}");
  }

  @Test
  void put_storesTheBytesUnderThePrefixedKeyAlone() throws Exception {
    await(store().put(key("a"), value(1), Condition.any()));
    assertEquals(List.of("p:thing:a"), keys());
    assertEquals(value(1).toString(), foreign().text("GET", "p:thing:a"));
    assertTrue(foreign().number("PTTL", "p:thing:a") > 3_590_000);
  }

  @Test
  void put_notesAnUnusualLifetimeThatEndsWithTheValue() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), Duration.ofMinutes(10)));
    assertEquals("600000 " + value(1).version() + " ", foreign().text("GET", "p:note:{p:thing:a}"));
    assertEquals(
        foreign().number("PEXPIRETIME", "p:thing:a"),
        foreign().number("PEXPIRETIME", "p:note:{p:thing:a}"));
  }

  @Test
  void put_notesALabelUntilTheNextWrite() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), store().lifetime(), "red,blue"));
    assertEquals(
        "usual " + value(1).version() + " red,blue", foreign().text("GET", "p:note:{p:thing:a}"));
    await(store().put(key("a"), value(2), Condition.any()));
    assertEquals(List.of("p:thing:a"), keys());
  }

  @Test
  void find_servesForeignBytesAsTheyAre() throws Exception {
    foreign().send("SETEX", "p:thing:a", "1800", "{\"b\":1,  \"a\": \"\\u00e9\"}\n");
    Stored<Document> stored = await(store().find(key("a"))).orElseThrow();
    assertEquals("{\"b\":1,  \"a\": \"\\u00e9\"}\n", stored.value().toString());
    assertTrue(stored.age().compareTo(Duration.ofMinutes(29)) > 0);
  }

  @Test
  void find_doesNotMistakeAForeignValueForTheOneWithTheNote() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), Duration.ofMinutes(10)));
    foreign().send("SETEX", "p:thing:a", "3600", "2");
    assertTrue(await(store().find(key("a"))).orElseThrow().age().toSeconds() < 5);
  }

  @Test
  void find_tellsThatAKeyHoldsSomethingElse() {
    foreign().send("HSET", "p:thing:a", "field", "1");
    ExecutionException thrown =
        assertThrows(ExecutionException.class, () -> await(store().find(key("a"))));
    assertEquals(Code.UNREADABLE_VALUE, Failure.from(thrown.getCause()).code());
  }

  @Test
  void remove_leavesNoNoteBehind() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), Duration.ofMinutes(10)));
    await(store().remove(key("a"), Condition.any()));
    assertEquals(List.of(), keys());
  }

  @Test
  void find_worksAfterTheServerForgotItsScripts() throws Exception {
    await(store().put(key("a"), value(1), Condition.any()));
    foreign().send("SCRIPT", "FLUSH");
    assertEquals(value(1), await(store().find(key("a"))).orElseThrow().value());
  }
}
