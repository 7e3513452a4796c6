package io.aetherkeep.router.watch;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.loop.ReadQueue;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads of many topics on one event loop. */
class WatchHubTest {

  private static final int TOPICS = 300;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(60));
  private final Sessions sessions = new Sessions();

  /** Verticle that answers reads of sessions when the test says so. */
  private final class Sessions extends VerticleBase {

    private final Queue<Promise<Session>> open = new ArrayDeque<>();
    private final List<ReadSession> asked = new ArrayList<>();

    @Override
    public Future<?> start() {
      return bus.answer(ReadSession.class, this::read);
    }

    private Future<Session> read(ReadSession ask) {
      asked.add(ask);
      Promise<Session> read = Promise.promise();
      open.add(read);
      return read.future();
    }

    /** Answers the oldest read, with the same version each time. */
    void answerOne() {
      String id = asked.get(asked.size() - open.size()).id();
      open.remove().complete(new Session(id, "s", null, null, null, 1800L, "1", Document.of("{}")));
    }
  }

  /** Watcher that records the values that it receives. */
  private static final class Watcher implements TopicWatcher {

    final List<String> received = new ArrayList<>();

    @Override
    public void begun(boolean recovered, List<SharedFrame> since) {
      since.forEach(this::receive);
    }

    @Override
    public void receive(SharedFrame frame) {
      received.add(String.valueOf(frame.data()));
    }

    @Override
    public void fail(Throwable reason) {
      received.add("failed");
    }
  }

  @BeforeEach
  void deploy() throws Exception {
    await(vertx.deployVerticle(sessions));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private <T> T on(Callable<T> task) throws Exception {
    Promise<T> done = Promise.promise();
    vertx.runOnContext(
        now -> {
          try {
            done.complete(task.call());
          } catch (Exception e) {
            done.fail(e);
          }
        });
    return await(done.future());
  }

  /** Answers all reads, one after the other; returns the sessions that were read. */
  private Set<String> answerAll() throws Exception {
    int before = on(() -> sessions.asked.size() - sessions.open.size());
    while (on(() -> !sessions.open.isEmpty())) {
      assertTrue(on(() -> sessions.open.size()) <= ReadQueue.MOST_AT_ONCE);
      on(
          () -> {
            sessions.answerOne();
            return null;
          });
    }
    Set<String> read = new HashSet<>();
    on(() -> sessions.asked.subList(before, sessions.asked.size()))
        .forEach(ask -> read.add(ask.id()));
    return read;
  }

  @Test
  void topicsAreRead_aFewAtATime_andEachInItsTurn() throws Exception {
    Slices slices = Slices.on(vertx);
    WatchHub hub = new WatchHub(bus, new StreamFeeds(bus, slices), slices);
    Watcher watcher = new Watcher();
    on(
        () -> {
          for (int i = 0; i < TOPICS; i++) {
            hub.watch(TopicName.of("s", "s" + i, "session"), null, watcher);
          }
          return null;
        });
    assertEquals(TOPICS, answerAll().size());
    assertEquals(TOPICS, on(() -> Set.copyOf(watcher.received)).size());
    on(
        () -> {
          hub.poll();
          hub.poll();
          return null;
        });
    assertEquals(TOPICS, answerAll().size());
    assertEquals(TOPICS, on(() -> watcher.received.size()));
  }
}
