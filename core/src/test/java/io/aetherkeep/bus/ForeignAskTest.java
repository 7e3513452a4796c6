package io.aetherkeep.bus;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.document.Document;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller without the record classes asks with a {@code JsonObject} and gets one. */
class ForeignAskTest extends BusFixture {

  private static final String LARGE = "x".repeat(540_000);

  @BeforeEach
  void listen() throws Exception {
    Shout.ON_LOOP.clear();
    Loud.ON_LOOP.clear();
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

  /** Ask that notes where it is decoded. */
  record Shout(String text) implements Ask<Loud> {
    private static final List<Boolean> ON_LOOP = new CopyOnWriteArrayList<>();

    Shout {
      ON_LOOP.add(Context.isOnEventLoopThread());
    }
  }

  /** Answer that notes where it is encoded. */
  record Loud(String text) implements Sized {
    private static final List<Boolean> ON_LOOP = new CopyOnWriteArrayList<>();

    @Override
    public String text() {
      ON_LOOP.add(Context.isOnEventLoopThread());
      return text;
    }

    @Override
    public int documentBytes() {
      return text.length();
    }
  }

  @Test
  void jsonObjects_areAnsweredInTheirOrder_largeOnesDecodedAndEncodedOffTheEventLoop()
      throws Exception {
    List<Integer> answered = new CopyOnWriteArrayList<>();
    Context answerer = vertx.getOrCreateContext();
    on(
        answerer,
        () ->
            bus.answer(
                Shout.class,
                ask -> {
                  assertTrue(Context.isOnEventLoopThread());
                  answered.add(ask.text.length());
                  return Future.succeededFuture(new Loud(ask.text.toUpperCase(Locale.ROOT)));
                }));
    List<Integer> sizes = List.of(1, 900_000, 2, 100_000, 3, 50_000, 4);
    List<JsonObject> said =
        on(
            vertx.getOrCreateContext(),
            () ->
                Future.all(sizes.stream().map(this::shout).toList())
                    .map(CompositeFuture::<JsonObject>list));
    assertEquals(sizes, answered);
    for (int i = 0; i < sizes.size(); i++) {
      assertEquals("A".repeat(sizes.get(i)), said.get(i).getString("text"));
    }
    assertEquals(3, Collections.frequency(Shout.ON_LOOP, false), Shout.ON_LOOP::toString);
    assertEquals(3, Collections.frequency(Loud.ON_LOOP, false), Loud.ON_LOOP::toString);
  }

  private Future<JsonObject> shout(int size) {
    return vertx
        .eventBus()
        .<JsonObject>request("aetherkeep.shout", new JsonObject().put("text", "a".repeat(size)))
        .map(Message::body);
  }

  @Test
  void aService_mayAnswerALargeJsonObject() throws Exception {
    vertx
        .eventBus()
        .<JsonObject>consumer("aetherkeep.voice", ask -> ask.reply(ask.body().put("text", LARGE)));
    Shout answer =
        on(
            vertx.getOrCreateContext(),
            () -> bus.askByName("voice", new SayAgain("a", 1), Shout.class, Duration.ofMinutes(1)));
    assertEquals(LARGE, answer.text);
    assertEquals(1, Collections.frequency(Shout.ON_LOOP, false), Shout.ON_LOOP::toString);
  }

  @Test
  void sizeOfJson_isThatOfItsTextUpToTheLimit() {
    assertEquals(0, JsonSize.of(null));
    JsonObject small =
        new JsonObject().put("\u00e9", new JsonArray().add(1).add("\u4e2d").addNull());
    assertTrue(Math.abs(small.toBuffer().length() - JsonSize.of(small)) < 8);
    JsonObject many = new JsonObject();
    IntStream.range(0, 8_000).forEach(i -> many.put("member-" + i, i));
    assertTrue(JsonSize.of(many) >= Sized.LARGE);
    JsonArray numbers = new JsonArray(Collections.nCopies(8_200, 1));
    assertTrue(JsonSize.of(new JsonObject().put("numbers", numbers)) >= Sized.LARGE);
    assertTrue(JsonSize.of(new JsonObject().put("text", LARGE)) >= Sized.LARGE);
  }
}
