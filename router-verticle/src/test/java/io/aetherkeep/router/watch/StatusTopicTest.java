package io.aetherkeep.router.watch;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusNotice;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.stream.StreamName;
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
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A topic over a complete feed, with lost, repeated and late events. */
class StatusTopicTest {

  private static final TopicName NAME = TopicName.status("s", "crawl", "c1");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(10));
  private final Feed feed = new Feed();
  private int emptied;
  private StatusTopic topic;

  /** Verticle in place of the status verticle, with a feed from a list, on one event loop. */
  private final class Feed extends VerticleBase {

    private final List<Status> statuses = new ArrayList<>();
    private Failure failure;
    private int forgotten;
    private Promise<Followed> late;
    private int asked;

    @Override
    public Future<?> start() {
      topic = new StatusTopic(NAME, bus, Slices.on(vertx), empty -> emptied++);
      return bus.answer(FollowStatus.class, this::follow);
    }

    private Future<Followed> follow(FollowStatus ask) {
      asked++;
      if (late != null) {
        return late.future();
      }
      if (failure != null) {
        return Future.failedFuture(failure);
      }
      Status last = statuses.get(statuses.size() - 1);
      if (ask.after() == null) {
        return Future.succeededFuture(new Followed(List.of(last), true));
      }
      int known = Integer.parseInt(ask.after().replace("-0", ""));
      return Future.succeededFuture(
          known < forgotten
              ? new Followed(List.of(last), false)
              : new Followed(statuses.subList(known, statuses.size()), true));
    }

    Status add() {
      int number = statuses.size() + 1;
      Status status =
          new Status(
              "s",
              "crawl",
              "c1",
              Document.of("" + number),
              false,
              1,
              number + "-0",
              number == 1 ? null : number - 1 + "-0",
              "2026-11-21T00:00:00Z",
              null,
              null,
              null,
              null,
              null,
              null);
      statuses.add(status);
      return status;
    }
  }

  /** Records values; a gap as a minus. */
  private static class Watcher implements TopicWatcher {

    final List<Integer> received = new ArrayList<>();
    private Throwable gone;
    private int unknown;

    @Override
    public void begun(boolean recovered, List<SharedFrame> since) {
      since.forEach(this::receive);
    }

    @Override
    public void receive(SharedFrame frame) {
      if (frame.status() == null) {
        unknown++;
        return;
      }
      int number = Integer.parseInt(frame.status().document().toString());
      received.add(frame.lines().toString().startsWith("event: gap") ? -number : number);
    }

    @Override
    public void fail(Throwable why) {
      gone = why;
    }
  }

  @BeforeEach
  void deploy() throws Exception {
    await(vertx.deployVerticle(feed));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  /** Runs an action on the topic's event loop. */
  private <T> T on(Callable<T> action) throws Exception {
    Promise<T> done = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            there -> {
              try {
                done.complete(action.call());
              } catch (Exception e) {
                done.fail(e);
              }
            });
    return await(done.future());
  }

  private Watcher join(String after) throws Exception {
    Watcher watcher = new Watcher();
    on(
        () -> {
          topic.join(watcher, after);
          return null;
        });
    return watcher;
  }

  private static List<Integer> upTo(int last) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 1; i <= last; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  @Test
  void despiteLosses_everyChangeIsDeliveredOnceAndInOrder() throws Exception {
    Random chance = new Random(7);
    feed.add();
    List<Watcher> watchers = new ArrayList<>(List.of(join(null)));
    for (int i = 0; i < 300; i++) {
      int action = chance.nextInt(10);
      if (action == 9) {
        watchers.add(join(1 + chance.nextInt(feed.statuses.size()) + "-0"));
      }
      on(
          () -> {
            Status next = feed.add();
            if (action < 5) {
              topic.onStatus(next);
            } else if (action < 7) {
              topic.onStatus(feed.statuses.get(chance.nextInt(feed.statuses.size())));
            } else if (action == 7) {
              topic.poll();
            }
            return null;
          });
    }
    on(
        () -> {
          topic.poll();
          return null;
        });
    for (Watcher watcher : watchers) {
      Awaitility.await().until(() -> on(() -> watcher.received.contains(301)));
      List<Integer> received = on(() -> List.copyOf(watcher.received));
      int first = received.get(0);
      assertEquals(upTo(301).subList(first - 1, 301), received);
    }
  }

  @Test
  void aGap_isReported() throws Exception {
    feed.add();
    Watcher watcher = join(null);
    Awaitility.await().until(() -> on(() -> watcher.received.size() == 1));
    on(
        () -> {
          for (int i = 0; i < 50; i++) {
            feed.add();
          }
          feed.forgotten = 40;
          topic.onStatus(feed.add());
          return null;
        });
    Awaitility.await().until(() -> on(() -> watcher.received.size() == 2));
    assertEquals(List.of(1, -52), watcher.received);
    Watcher late = join("3-0");
    Awaitility.await().until(() -> on(() -> !late.received.isEmpty()));
    assertEquals(List.of(-52), late.received);
    assertEquals(List.of(52), join(null).received);
    assertEquals(List.of(), join("52-0").received);
  }

  @Test
  void watcherAheadOfTheTopic_receivesOnlyWhatIsNewer() throws Exception {
    feed.add();
    Watcher first = join(null);
    Awaitility.await().until(() -> on(() -> first.received.size() == 1));
    on(
        () -> {
          feed.add();
          return feed.add();
        });
    Watcher ahead = join("3-0");
    on(
        () -> {
          topic.onStatus(feed.add());
          return null;
        });
    Awaitility.await().until(() -> on(() -> first.received.contains(4)));
    Awaitility.await().until(() -> on(() -> ahead.received.contains(4)));
    assertEquals(upTo(4), on(() -> List.copyOf(first.received)));
    assertEquals(List.of(4), on(() -> List.copyOf(ahead.received)));
  }

  /** A read that began before the watcher joined may have found less than the watcher knows. */
  @Test
  void watcherAheadOfARead_waitsForTheNextRead() throws Exception {
    feed.add();
    Promise<Followed> late = Promise.promise();
    on(() -> feed.late = late);
    Watcher first = join(null);
    Awaitility.await().until(() -> on(() -> feed.asked) == 1);
    Watcher ahead = join("3-0");
    on(
        () -> {
          Followed former = new Followed(feed.statuses, true);
          feed.add();
          feed.add();
          feed.late = null;
          late.complete(former);
          return null;
        });
    Awaitility.await().until(() -> on(() -> first.received.contains(3)));
    on(
        () -> {
          topic.onStatus(feed.add());
          return null;
        });
    Awaitility.await().until(() -> on(() -> ahead.received.contains(4)));
    assertEquals(List.of(4), on(() -> List.copyOf(ahead.received)));
  }

  /** Begins a read that the test answers; later ones are answered at once. */
  private Promise<Followed> lateRead() throws Exception {
    Promise<Followed> late = Promise.promise();
    int asked = on(() -> feed.asked);
    on(
        () -> {
          feed.late = late;
          topic.poll();
          return null;
        });
    Awaitility.await().until(() -> on(() -> feed.asked) == asked + 1);
    on(() -> feed.late = null);
    return late;
  }

  @Test
  void gapFoundByAReadThatEventsOvertook_doesNotGoBackToAnOlderStatus() throws Exception {
    feed.add();
    Watcher first = join(null);
    Awaitility.await().until(() -> on(() -> first.received.size() == 1));
    Promise<Followed> late = lateRead();
    on(
        () -> {
          Status second = feed.add();
          topic.onStatus(second);
          topic.onStatus(feed.add());
          late.complete(new Followed(List.of(second), false));
          return null;
        });
    Awaitility.await().until(() -> on(() -> feed.asked) == 3);
    on(
        () -> {
          topic.onStatus(feed.add());
          return null;
        });
    Awaitility.await().until(() -> on(() -> first.received.contains(4)));
    assertEquals(upTo(4), on(() -> List.copyOf(first.received)));
  }

  @Test
  void watcherThatResumesAfterAGap_receivesOnlyWhatIsNewer() throws Exception {
    for (int i = 0; i < 5; i++) {
      feed.add();
    }
    Watcher first = join(null);
    Awaitility.await().until(() -> on(() -> first.received.size() == 1));
    Promise<Followed> late = lateRead();
    on(
        () -> {
          for (int i = 0; i < 5; i++) {
            feed.add();
          }
          feed.forgotten = 3;
          return null;
        });
    Watcher resumed = join("2-0");
    Awaitility.await().until(() -> on(() -> resumed.received.contains(-10)));
    late.complete(new Followed(List.of(), true));
    Awaitility.await().until(() -> on(() -> first.received.contains(10)));
    on(
        () -> {
          topic.onStatus(feed.add());
          return null;
        });
    Awaitility.await().until(() -> on(() -> resumed.received.contains(11)));
    assertEquals(List.of(-10, 11), on(() -> List.copyOf(resumed.received)));
    assertEquals(upTo(11).subList(4, 11), on(() -> List.copyOf(first.received)));
  }

  /** Such as a long poll whose client has another entity tag. */
  @Test
  void watcherThatDoesNotAcceptTheRememberedStatus_waitsForARead() throws Exception {
    feed.add();
    Watcher first = join(null);
    Awaitility.await().until(() -> on(() -> first.received.size() == 1));
    Watcher choosy =
        new Watcher() {
          @Override
          public boolean accepts(SharedFrame remembered) {
            return remembered.offset().equals("2-0");
          }
        };
    on(
        () -> {
          feed.add();
          topic.join(choosy, null);
          return null;
        });
    Awaitility.await().until(() -> on(() -> !choosy.received.isEmpty()));
    assertEquals(List.of(2), on(() -> List.copyOf(choosy.received)));
  }

  @Test
  void tenThousand_askOnce() throws Exception {
    feed.add();
    List<Watcher> watchers = new ArrayList<>();
    on(
        () -> {
          for (int i = 0; i < 10_000; i++) {
            Watcher watcher = new Watcher();
            watchers.add(watcher);
            topic.join(watcher, null);
          }
          return null;
        });
    Awaitility.await().until(() -> on(() -> watchers.get(9_999).received.size() == 1));
    on(
        () -> {
          topic.onStatus(feed.add());
          return null;
        });
    Awaitility.await().until(() -> on(() -> watchers.get(9_999).received.size() == 2));
    for (Watcher watcher : watchers) {
      assertEquals(List.of(1, 2), watcher.received);
    }
    assertTrue(feed.asked <= 2, () -> "asked " + feed.asked);
    on(
        () -> {
          watchers.forEach(topic::leave);
          return null;
        });
    assertEquals(1, emptied);
  }

  /**
   * Writing a large value to hundreds of watchers takes a second: the loop does other work in
   * between.
   */
  @Test
  void changeToManyWatchers_isDeliveredInSlices_andInOrder() throws Exception {
    feed.add();
    Deque<Runnable> turns = new ArrayDeque<>();
    AtomicLong nanos = new AtomicLong();
    Slices slow = new Slices(turns::add, () -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(1)));
    StatusTopic large = new StatusTopic(NAME, bus, slow, empty -> emptied++);
    List<Watcher> watchers = List.of(new Watcher(), new Watcher(), new Watcher());
    on(
        () -> {
          feed.late = Promise.promise();
          watchers.forEach(watcher -> large.join(watcher, null));
          feed.late.complete(new Followed(feed.statuses, true));
          return null;
        });
    Awaitility.await().until(() -> on(() -> !turns.isEmpty()));
    assertEquals(List.of(1), on(() -> watchers.get(0).received));
    assertEquals(List.of(), on(() -> watchers.get(1).received));
    on(
        () -> {
          turns.remove().run();
          large.onStatus(feed.add());
          large.onStatus(feed.add());
          large.leave(watchers.get(1));
          while (!turns.isEmpty()) {
            turns.remove().run();
          }
          return null;
        });
    assertEquals(List.of(1, 2, 3), watchers.get(0).received);
    assertEquals(List.of(1), watchers.get(1).received);
    assertEquals(List.of(3), watchers.get(2).received);
  }

  @Test
  void reconnectingClient_duringARead_receivesTheChange() throws Exception {
    feed.add();
    Slices slices = Slices.on(vertx);
    WatchHub hub = new WatchHub(bus, new StreamFeeds(bus, slices), slices);
    Watcher first = new Watcher();
    Watcher second = new Watcher();
    WatchHub.Subscription[] subscription = new WatchHub.Subscription[1];
    Promise<Followed> late = Promise.promise();
    await(on(() -> hub.start(vertx, RouterSettings.of(Map.of()))));
    on(
        () -> {
          feed.late = late;
          subscription[0] = hub.watch(NAME, null, first);
          return null;
        });
    Awaitility.await().until(() -> on(() -> feed.asked) == 1);
    on(
        () -> {
          subscription[0].leave();
          feed.late = null;
          hub.watch(NAME, null, second);
          return null;
        });
    Awaitility.await().until(() -> on(() -> second.received.size()) == 1);
    late.complete(new Followed(List.of(feed.statuses.get(0)), true));
    on(() -> null);
    bus.signal(new StatusNotice(on(feed::add)));
    Awaitility.await().until(() -> on(() -> second.received.size()) == 2);
    assertEquals(List.of(), first.received);
  }

  @Test
  void aWatcherOfAClosedHub_isRefused() throws Exception {
    Slices slices = Slices.on(vertx);
    StreamFeeds streams = new StreamFeeds(bus, slices);
    WatchHub hub = new WatchHub(bus, streams, slices);
    Watcher late = new Watcher();
    hub.close();
    hub.watch(NAME, null, late);
    assertEquals(Code.NOT_SERVING, Failure.from(late.gone).code());
    StreamName stream = TopicName.of("s", null, "stream/p").stream();
    Failure refused =
        assertThrows(
            Failure.class,
            () -> streams.follow(stream, "-1", new StreamTopicFollower(NAME, late, false)));
    assertEquals(Code.NOT_SERVING, refused.code());
  }

  @Test
  void whileRedisIsGone_whoFollowsWaitsAndWhoComesIsRefused() throws Exception {
    on(() -> feed.failure = Failure.of(Code.REDIS_UNAVAILABLE, "gone"));
    Watcher refused = join(null);
    Awaitility.await().until(() -> on(() -> refused.gone != null));
    on(
        () -> {
          feed.failure = null;
          return feed.add();
        });
    Watcher watcher = join(null);
    Awaitility.await().until(() -> on(() -> watcher.received.size() == 1));
    on(
        () -> {
          feed.failure = Failure.of(Code.REDIS_UNAVAILABLE, "gone");
          topic.poll();
          return feed.add();
        });
    assertEquals(List.of(1), join(null).received);
    on(
        () -> {
          feed.failure = Failure.of(Code.STATUS_EXPIRED, "over");
          topic.poll();
          return null;
        });
    Awaitility.await().until(() -> on(() -> watcher.gone != null));
  }

  @Test
  void aStatusThatIsNotThereYet_isFollowedFromItsFirstWriteOn() throws Exception {
    on(() -> feed.failure = Failure.of(Code.STATUS_UNKNOWN, "not yet"));
    Watcher watcher = join(null);
    Awaitility.await().until(() -> on(() -> watcher.unknown == 1));
    Watcher other = join("1-0");
    Awaitility.await().until(() -> on(() -> other.unknown == 1));
    Status first = on(feed::add);
    Status second = on(feed::add);
    on(
        () -> {
          topic.onStatus(first);
          topic.onStatus(second);
          return null;
        });
    // A slow loop spreads a change over several turns.
    Awaitility.await().until(() -> on(() -> watcher.received.equals(List.of(1, 2))));
    Awaitility.await().until(() -> on(() -> other.received.equals(List.of(1, 2))));
    assertEquals(null, watcher.gone);
  }

  @Test
  void watcherThatKnowsOfNoStatus_resumesWithTheFirstChange() throws Exception {
    String none = NAME.offset(SharedFrame.NOTHING);
    on(() -> feed.failure = Failure.of(Code.STATUS_UNKNOWN, "not yet"));
    Watcher waiting = join(none);
    on(
        () -> {
          feed.failure = null;
          topic.onStatus(feed.add());
          topic.onStatus(feed.add());
          return null;
        });
    Awaitility.await().until(() -> on(() -> waiting.received.equals(List.of(1, 2))));
    assertEquals(0, waiting.unknown);
    int asked = on(() -> feed.asked);
    assertEquals(List.of(1, 2), join(none).received);
    assertEquals(asked, on(() -> feed.asked));
  }

  @Test
  void aForeignFirstWrite_isFoundByARead() throws Exception {
    on(() -> feed.failure = Failure.of(Code.STATUS_UNKNOWN, "not yet"));
    Watcher watcher = join(null);
    Awaitility.await().until(() -> on(() -> watcher.unknown == 1));
    on(
        () -> {
          feed.failure = null;
          feed.add();
          topic.poll();
          return null;
        });
    Awaitility.await().until(() -> on(() -> watcher.received.size() == 1));
  }

  @Test
  void anAnswerThatWasAskedForBeforeTheFirstWrite_takesNothingBack() throws Exception {
    on(() -> feed.failure = Failure.of(Code.STATUS_UNKNOWN, "not yet"));
    Watcher watcher = join(null);
    Awaitility.await().until(() -> on(() -> watcher.unknown == 1));
    Promise<Followed> late = lateRead();
    on(
        () -> {
          feed.failure = null;
          topic.onStatus(feed.add());
          late.fail(Failure.of(Code.STATUS_UNKNOWN, "not yet"));
          return null;
        });
    Awaitility.await().until(() -> on(() -> feed.asked) == 3);
    assertEquals(List.of(1), on(() -> List.copyOf(watcher.received)));
    assertEquals(null, watcher.gone);
  }

  @Test
  void changeNotedDuringAReadThatFails_isDelivered() throws Exception {
    feed.add();
    Watcher watcher = join(null);
    Awaitility.await().until(() -> on(() -> watcher.received.size() == 1));
    Promise<Followed> late = lateRead();
    on(
        () -> {
          feed.add();
          topic.poll();
          late.fail(Failure.of(Code.REDIS_UNAVAILABLE, "away"));
          return null;
        });
    Awaitility.await().until(() -> on(() -> watcher.received.contains(2)));
  }

  @Test
  void watcherThatJoinsDuringAReadThatFails_waitsForTheNextOne() throws Exception {
    for (Code code : List.of(Code.REDIS_UNAVAILABLE, Code.STATUS_UNKNOWN)) {
      feed.add();
      topic = new StatusTopic(NAME, bus, Slices.on(vertx), empty -> {});
      Promise<Followed> late = Promise.promise();
      int asked = on(() -> feed.asked);
      on(() -> feed.late = late);
      Watcher first = join(null);
      Awaitility.await().until(() -> on(() -> feed.asked) == asked + 1);
      Watcher later = join(null);
      on(
          () -> {
            feed.late = null;
            late.fail(Failure.of(code, "not yet"));
            return null;
          });
      Awaitility.await().until(() -> on(() -> !later.received.isEmpty()));
      assertEquals(0, on(() -> later.unknown));
      assertEquals(code == Code.STATUS_UNKNOWN ? 1 : 0, on(() -> first.unknown));
      assertEquals(code == Code.STATUS_UNKNOWN, on(() -> first.gone == null));
    }
  }
}
