package io.aetherkeep.redis.subscription;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.FaultyProxy;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each channel is subscribed once, resubscribed after a reconnect, and its listeners learn of gaps.
 */
class RedisSubscriptionsTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());

  private final Vertx vertx = Vertx.vertx();
  private EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private RedisSubscriptions subscriptions;

  /** Records the messages and the number of gaps. */
  private static final class Ear implements RedisSubscriptions.Listener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final AtomicInteger gaps = new AtomicInteger();

    @Override
    public void message(Buffer body) {
      heard.add(body.toString());
    }

    @Override
    public void missed() {
      gaps.incrementAndGet();
    }
  }

  /** Throws what it can. */
  private static final class Deaf implements RedisSubscriptions.Listener {

    @Override
    public void message(Buffer body) {
      if (body.toString().equals("hello")) {
        throw new IllegalStateException("deaf");
      }
      throw new StackOverflowError();
    }

    @Override
    public void missed() {
      throw new StackOverflowError();
    }
  }

  @BeforeEach
  void open() throws Exception {
    subscriptions = opened(PatientTarget.of(redis.url(), 0));
    await().until(subscriptions::isUp);
  }

  private RedisSubscriptions opened(RedisTarget target) throws Exception {
    return await(RedisAccess.open(vertx, 1, Map.of(SPACE, target))).subscriptions(SPACE);
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    new ProcessBuilder("kill", "-CONT", "" + redis.pid()).start().waitFor();
    redis.close();
  }

  /** Publishes until a subscriber receives it. */
  private void publish(String channel, String text) {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      await()
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> foreign.number("PUBLISH", channel, text) > 0);
    }
  }

  private long subscribers(String channel) {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      return (Long) ((List<?>) foreign.send("PUBSUB", "NUMSUB", channel)).get(1);
    }
  }

  private void restart() {
    redis.kill();
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(redis.port()));
  }

  @Test
  void subscribe_isOneSubscriptionHoweverManyListen() throws Exception {
    Ear one = new Ear();
    Ear two = new Ear();
    await(subscriptions.subscribe("news", one));
    await(subscriptions.subscribe("news", two));
    assertEquals(1, subscribers("news"));
    publish("news", "hello");
    await().until(() -> one.heard.equals(List.of("hello")) && two.heard.equals(one.heard));
    subscriptions.unsubscribe("news", one);
    publish("news", "again");
    await().until(() -> two.heard.equals(List.of("hello", "again")));
    assertEquals(List.of("hello"), one.heard);
    subscriptions.unsubscribe("news", two);
    await().until(() -> subscribers("news") == 0);
  }

  @Test
  void aListenerThatThrows_keepsNobodyFromHearing() throws Exception {
    await(subscriptions.subscribe("news", new Deaf()));
    Ear ear = new Ear();
    await(subscriptions.subscribe("news", ear));
    publish("news", "hello");
    publish("news", "again");
    publish("news", "once more");
    await().until(() -> ear.heard.equals(List.of("hello", "again", "once more")));
  }

  @Test
  void whatFollowsASubscription_mayThrow() throws Exception {
    // On a context: a subscription that is there already would throw here.
    vertx.runOnContext(
        on ->
            subscriptions
                .subscribe("news", new Ear())
                .onSuccess(
                    done -> {
                      throw new StackOverflowError();
                    }));
    Ear ear = new Ear();
    await(subscriptions.subscribe("news", ear));
    publish("news", "hello");
    await().until(() -> ear.heard.equals(List.of("hello")));
  }

  @Test
  void aRestartedServer_isSubscribedAgain_andTheGapIsReported() throws Exception {
    await(subscriptions.subscribe("news", new Deaf()));
    Ear ear = new Ear();
    await(subscriptions.subscribe("news", ear));
    restart();
    publish("news", "after");
    await().until(() -> ear.heard.equals(List.of("after")));
    assertEquals(1, ear.gaps.get());
  }

  /** A node that starts without its Redis may answer reads before its first subscription. */
  @Test
  void aServerFirstReachedLate_isAGap() throws Exception {
    redis.kill();
    RedisSubscriptions late = opened(PatientTarget.of(redis.url(), 0));
    Ear ear = new Ear();
    Future<Void> subscribed = late.subscribe("news", ear);
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(redis.port()));
    await(subscribed);
    await().untilAsserted(() -> assertEquals(1, ear.gaps.get()));
  }

  @Test
  void aFrozenServer_isGivenUpAndFoundAgain() throws Exception {
    RedisSubscriptions impatient = opened(PatientTarget.impatient(redis.url()));
    Ear ear = new Ear();
    await(impatient.subscribe("news", ear));
    new ProcessBuilder("kill", "-STOP", "" + redis.pid()).start().waitFor();
    await().atMost(30, TimeUnit.SECONDS).until(() -> !impatient.isUp());
    new ProcessBuilder("kill", "-CONT", "" + redis.pid()).start().waitFor();
    await().atMost(30, TimeUnit.SECONDS).until(() -> ear.gaps.get() > 0);
    await()
        .until(
            () -> {
              publish("news", "after");
              return ear.heard.contains("after");
            });
  }

  @Test
  void subscribe_whileTheServerIsAwayHoldsOnceItIsBack() throws Exception {
    redis.kill();
    await().atMost(30, TimeUnit.SECONDS).until(() -> !subscriptions.isUp());
    Ear ear = new Ear();
    Future<Void> subscribed = subscriptions.subscribe("news", ear);
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(redis.port()));
    await(subscribed);
    publish("news", "hello");
    await().until(() -> ear.heard.contains("hello"));
  }

  @Test
  void unsubscribe_whileTheServerIsAwayFailsTheSubscription() throws Exception {
    redis.kill();
    await().atMost(30, TimeUnit.SECONDS).until(() -> !subscriptions.isUp());
    Ear ear = new Ear();
    Future<Void> subscribed = subscriptions.subscribe("news", ear);
    subscriptions.unsubscribe("news", ear);
    await().until(subscribed::isComplete);
    assertTrue(subscribed.failed());
  }

  @Test
  void subscribe_afterAnUnsubscribe_isNotConfirmedByTheFormerConfirmation() throws Exception {
    try (FaultyProxy proxy = new FaultyProxy(redis.port())) {
      subscriptions = opened(PatientTarget.of("redis://127.0.0.1:" + proxy.port(), 0));
      Ear marks = new Ear();
      Ear former = new Ear();
      await(subscriptions.subscribe("marks", marks));
      proxy.replies().hold();
      Future<Void> first = subscriptions.subscribe("ch", former);
      await().until(() -> subscribers("ch") == 1);
      subscriptions.unsubscribe("ch", former);
      await().until(() -> subscribers("ch") == 0);
      proxy.requests().hold();
      Future<Void> second = subscriptions.subscribe("ch", new Ear());
      publish("marks", "the replies before are handled");
      proxy.replies().release();
      await().until(() -> !marks.heard.isEmpty());
      assertTrue(first.failed());
      assertFalse(second.isComplete());
      proxy.requests().release();
      await(second);
      assertEquals(1, subscribers("ch"));
    }
  }

  @Test
  void subscribeAll_hearsEveryChannelLikeThePattern_afterARestartToo() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    AtomicInteger gaps = new AtomicInteger();
    subscriptions.subscribeAll(
        "task-*",
        new RedisSubscriptions.PatternListener() {
          @Override
          public void message(String channel, Buffer body) {
            heard.add(channel + " " + body);
          }

          @Override
          public void missed() {
            gaps.incrementAndGet();
          }
        });
    publish("task-1", "one");
    publish("task-2", "two");
    await().until(() -> heard.equals(List.of("task-1 one", "task-2 two")));
    restart();
    publish("task-3", "three");
    await().until(() -> heard.contains("task-3 three"));
    assertEquals(1, gaps.get());
  }
}
