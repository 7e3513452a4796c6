package io.aetherkeep.bus;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A fault of an answerer reaches the asker at once, not at the deadline. */
class BusFaultsTest extends BusFixture {

  /** A record that is not listed on the bus. */
  record Unlisted(int number) implements Ask<Said> {}

  private static final SayAgain ASK = new SayAgain("hello", 1);

  @Test
  void answer_ofNothingIsABug() throws Exception {
    await(bus.answer(SayAgain.class, ask -> null));
    assertEquals(Code.INTERNAL, failure(bus.ask(ASK)).code());
  }

  @Test
  void answer_thatOverflowsTheStackIsABug() throws Exception {
    await(
        bus.answer(
            SayAgain.class,
            ask -> {
              throw new StackOverflowError();
            }));
    assertEquals(Code.INTERNAL, failure(bus.ask(ASK)).code());
  }

  @Test
  @SuppressWarnings("unchecked")
  void answer_ofATypeThatMayNotCrossIsABug() throws Exception {
    await(
        bus.answer(
            SayAgain.class,
            ask -> (Future<Said>) (Future<?>) Future.succeededFuture(new Unlisted(1))));
    assertEquals(Code.INTERNAL, failure(bus.ask(ASK)).code());
  }

  @Test
  void ask_thatIsNotListedFailsInItsFuture() {
    assertEquals(Code.INTERNAL, failure(bus.ask(new Unlisted(1))).code());
  }

  @Test
  void subscribe_hearsNoEventThatIsNone() throws Exception {
    LinkedBlockingQueue<CacheInvalidated> heard = new LinkedBlockingQueue<>();
    await(bus.subscribe(CacheInvalidated.class, heard::add));
    String address = "aetherkeep.event.cache-invalidated";
    vertx.eventBus().publish(address, "no object");
    vertx.eventBus().publish(address, new JsonObject());
    CacheInvalidated fact = new CacheInvalidated("s", null, null, null, "red", 1);
    bus.publish(fact);
    assertEquals(fact, heard.poll(30, TimeUnit.SECONDS));
  }
}
