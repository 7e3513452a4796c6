package io.aetherkeep.bus;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller without the record classes asks with a {@code JsonObject} and gets one. */
class ForeignAskTest extends BusFixture {

  @BeforeEach
  void listen() throws Exception {
    await(
        bus.answer(
            SayAgain.class,
            ask ->
                switch (ask.text()) {
                  case "refuse" -> Future.failedFuture(Failure.of(Code.OVERLOADED, "later"));
                  case "break" -> throw new IllegalStateException("secret");
                  default -> Future.succeededFuture(new Said(ask.text().repeat(ask.times()), ""));
                }));
    await(
        bus.answer(
            ReadEntry.class,
            ask ->
                Future.succeededFuture(
                    new Entry(Document.stored(Buffer.buffer(ask.ids().get(0))), 1, 2))));
  }

  private Future<Object> request(Object body) {
    return vertx.eventBus().request("aetherkeep.say-again", body).map(reply -> reply.body());
  }

  private static void assertRefused(String message, int number, Future<?> answer) {
    ReplyException thrown = assertInstanceOf(ReplyException.class, thrown(answer));
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, thrown.failureType());
    assertEquals(message, thrown.getMessage());
    assertEquals(number, thrown.failureCode());
  }

  @Test
  void jsonObject_isAnsweredByAJsonObject() throws Exception {
    assertEquals(
        new JsonObject().put("text", "haha").put("thread", ""),
        await(request(new JsonObject().put("text", "ha").put("times", 2))));
  }

  @Test
  void jsonObject_isAnsweredWithADocumentInItsPlace() throws Exception {
    assertEquals(
        new JsonObject(
            "{\"value\":{\"a\":[1]},\"ageSeconds\":1,\"ttlSeconds\":2,\"source\":\"REDIS\"}"),
        await(read("{\"a\":[1]}")));
  }

  private Future<Object> read(String stored) {
    JsonObject ask = new JsonObject().put("space", "s").put("keyspace", "topic");
    return vertx
        .eventBus()
        .request("aetherkeep.read-entry", ask.put("ids", new JsonArray().add(stored)))
        .map(reply -> reply.body());
  }

  @Test
  void jsonObject_isRefusedWhereWhatIsStoredIsNoJson() {
    assertRefused("unreadable-value", 400, read("no JSON"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"text\":\"a\",\"times\":1,\"txet\":\"b\"}",
        "{\"times\":1}",
        "{}",
        "{\"text\":null,\"times\":1}",
        "{\"text\":{\"a\":1},\"times\":1}",
        "{\"text\":[\"a\"],\"times\":1}",
        "{\"text\":\"a\",\"times\":\"one\"}",
        "{\"text\":\"a\",\"times\":\"1\"}",
        "{\"text\":\"a\",\"times\":1.5}",
        "{\"text\":\"a\",\"times\":99999999999}"
      })
  void jsonObject_isRefusedWhereAFieldIsUnknownMissingOrOfAnotherType(String body) {
    assertRefused("invalid-body", 400, request(new JsonObject(body)));
  }

  @Test
  void anyOtherBody_isRefused() {
    assertRefused("invalid-body", 400, request("{\"text\":\"a\",\"times\":1}"));
    assertRefused("invalid-body", 400, request(new JsonArray().add("a")));
    assertRefused("invalid-body", 400, request(Buffer.buffer("{}")));
    assertRefused("invalid-body", 400, request(new Said("a record of another type", "")));
    assertRefused("invalid-body", 400, request(null));
  }

  @Test
  void jsonObject_getsTheCodeOfAFailure() {
    assertRefused("overloaded", 429, request(new JsonObject().put("text", "refuse")));
  }

  @Test
  void jsonObject_hidesInternalErrors() {
    assertRefused("internal", 500, request(new JsonObject().put("text", "break")));
  }
}
