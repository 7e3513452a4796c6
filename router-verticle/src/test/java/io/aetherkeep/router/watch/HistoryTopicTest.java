package io.aetherkeep.router.watch;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HistoryAsks.FollowHistory;
import io.aetherkeep.catalogue.HistoryAsks.HistoryFollowed;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A topic of a history whose reads are answered out of order. */
class HistoryTopicTest {

  private static final TopicName NAME = TopicName.of("s", null, "history/h");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(60));
  private final Histories histories = new Histories();
  private HistoryTopic topic;

  /** Verticle in place of the session verticle, with a history of numbered messages. */
  private final class Histories extends VerticleBase {

    private int messages = 1;
    private Promise<HistoryFollowed> late;
    private int asked;

    @Override
    public Future<?> start() {
      topic = new HistoryTopic(NAME, bus, Slices.on(vertx), empty -> {});
      return bus.answer(FollowHistory.class, this::follow);
    }

    private Future<HistoryFollowed> follow(FollowHistory ask) {
      asked++;
      return late == null ? Future.succeededFuture(after(ask.after())) : late.future();
    }

    HistoryFollowed after(String offset) {
      List<Document> all = new ArrayList<>();
      for (int i = offset == null ? 1 : Integer.parseInt(offset) + 1; i <= messages; i++) {
        all.add(Document.of("" + i));
      }
      return new HistoryFollowed(all, "" + messages, "known" + messages, offset != null, false);
    }
  }

  /** Records the offsets that it reaches. */
  private static final class Watcher implements TopicWatcher {

    private final List<String> reached = new ArrayList<>();
    private volatile boolean isFull;

    @Override
    public boolean hasRoom() {
      return !isFull;
    }

    @Override
    public void begun(boolean recovered, List<SharedFrame> since) {
      since.forEach(this::receive);
    }

    @Override
    public void receive(SharedFrame frame) {
      reached.add(frame.offset());
    }

    @Override
    public void fail(Throwable reason) {
      reached.add("failed");
    }
  }

  @BeforeEach
  void deploy() throws Exception {
    await(vertx.deployVerticle(histories));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  /** Runs an action on the topic's event loop. */
  private void on(Runnable action) throws Exception {
    Promise<Void> done = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            there -> {
              try {
                action.run();
                done.complete();
              } catch (RuntimeException e) {
                done.fail(e);
              }
            });
    await(done.future());
  }

  private List<String> reached(Watcher watcher) throws Exception {
    List<String> reached = new ArrayList<>();
    on(() -> reached.addAll(watcher.reached));
    return reached;
  }

  private void awaitReached(Watcher watcher, List<String> offsets) {
    Awaitility.await().until(() -> reached(watcher).equals(offsets));
  }

  private Watcher join() throws Exception {
    Watcher watcher = new Watcher();
    on(() -> topic.join(watcher, null));
    return watcher;
  }

  /** Joins with a read whose answer the test gives. */
  private Watcher joinLate(Promise<HistoryFollowed> answer) throws Exception {
    Watcher watcher = new Watcher();
    int before = histories.asked;
    on(
        () -> {
          histories.late = answer;
          topic.join(watcher, null);
        });
    Awaitility.await().until(() -> histories.asked > before);
    on(() -> histories.late = null);
    return watcher;
  }

  private void append() throws Exception {
    on(
        () -> {
          histories.messages++;
          topic.poll();
        });
  }

  @Test
  void watcherWhoseAnswerIsOlderThanTheTopic_catchesUp() throws Exception {
    Watcher first = join();
    awaitReached(first, List.of("1"));
    Promise<HistoryFollowed> late = Promise.promise();
    HistoryFollowed older = histories.after(null);
    Watcher second = joinLate(late);
    append();
    awaitReached(first, List.of("1", "2"));
    late.complete(older);
    awaitReached(second, List.of("1", "2"));
    assertEquals(List.of("1", "2"), reached(first));
  }

  @Test
  void watcherThatFoundNoSession_catchesUpWithTheTopic() throws Exception {
    Promise<HistoryFollowed> late = Promise.promise();
    Watcher second = joinLate(late);
    Watcher first = join();
    awaitReached(first, List.of("1"));
    late.fail(Failure.of(Code.SESSION_UNKNOWN, "There is no session yet"));
    awaitReached(second, List.of("none", "1"));
  }

  @Test
  void watcherAheadOfTheTopic_receivesNothingTwice() throws Exception {
    Watcher first = join();
    awaitReached(first, List.of("1"));
    on(() -> histories.messages++);
    Watcher second = join();
    awaitReached(second, List.of("2"));
    awaitReached(first, List.of("1", "2"));
    append();
    awaitReached(second, List.of("2", "3"));
    awaitReached(first, List.of("1", "2", "3"));
  }

  @Test
  void watcherWithoutRoom_staysBehind_andCatchesUp() throws Exception {
    Watcher first = join();
    Watcher slow = join();
    awaitReached(slow, List.of("1"));
    slow.isFull = true;
    append();
    append();
    awaitReached(first, List.of("1", "2", "3"));
    assertEquals(List.of("1"), reached(slow));
    slow.isFull = false;
    on(() -> topic.resume(slow));
    awaitReached(slow, List.of("1", "3"));
    append();
    awaitReached(slow, List.of("1", "3", "4"));
  }

  @Test
  void changeNotedWhileAWatcherJoins_isDelivered() throws Exception {
    Promise<HistoryFollowed> late = Promise.promise();
    HistoryFollowed older = histories.after(null);
    Watcher watcher = joinLate(late);
    append();
    late.complete(older);
    awaitReached(watcher, List.of("1", "2"));
  }

  @Test
  void changeNotedDuringAReadThatFails_isDelivered() throws Exception {
    Watcher watcher = join();
    awaitReached(watcher, List.of("1"));
    Promise<HistoryFollowed> late = Promise.promise();
    int before = histories.asked;
    on(
        () -> {
          histories.late = late;
          topic.poll();
        });
    Awaitility.await().until(() -> histories.asked > before);
    on(() -> histories.late = null);
    append();
    late.fail(Failure.of(Code.REDIS_UNAVAILABLE, "away"));
    awaitReached(watcher, List.of("1", "2"));
  }
}
