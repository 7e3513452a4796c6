package io.aetherkeep.router.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.loop.ReadQueue;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicKind.Present;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A topic of the latest value, whose reads the test answers. */
class LatestTopicTest {

  private static final TopicName NAME = TopicName.config("s", "x");

  private final List<Promise<SharedFrame>> reads = new ArrayList<>();
  private final ReadQueue queue = new ReadQueue();
  private final LatestTopic topic =
      new LatestTopic(
          NAME,
          () -> {
            Promise<SharedFrame> read = Promise.promise();
            reads.add(read);
            return read.future();
          },
          queue,
          new Slices(Runnable::run, () -> 0),
          empty -> {});

  /** Records the values, and a minus where it had them. */
  private static class Watcher implements TopicWatcher {

    final List<String> received = new ArrayList<>();

    @Override
    public void begun(boolean recovered, List<SharedFrame> since) {
      if (recovered) {
        received.add("-");
      }
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

  private void answer(int read, String value) {
    Present now = new Present(Document.of(value), "v" + value);
    reads.get(read).complete(SharedFrame.latest(NAME, now));
  }

  private Watcher join(String after) {
    Watcher watcher = new Watcher();
    topic.join(watcher, after);
    return watcher;
  }

  @Test
  void watcherThatResumes_beginsWithNoReadThatBeganBefore() {
    Watcher first = join(null);
    Watcher resumed = join("v2");
    Watcher other = join(null);
    answer(0, "1");
    assertEquals(List.of("1"), first.received);
    assertEquals(List.of("1"), other.received);
    assertEquals(List.of(), resumed.received);
    answer(1, "2");
    assertEquals(List.of("1", "2"), first.received);
    assertEquals(List.of("-"), resumed.received);
    assertEquals(2, reads.size());
  }

  @Test
  void watcherThatDoesNotAcceptTheRememberedValue_waitsForARead() {
    Watcher first = join(null);
    answer(0, "1");
    Watcher choosy =
        new Watcher() {
          @Override
          public boolean accepts(SharedFrame remembered) {
            return remembered.offset().equals("v2");
          }
        };
    topic.join(choosy, null);
    assertEquals(List.of(), choosy.received);
    answer(1, "2");
    assertEquals(List.of("2"), choosy.received);
    assertEquals(List.of("1", "2"), first.received);
  }

  @Test
  void watcherOfAnUnchangedValue_beginsWithTheReadThatItWaitedFor() {
    Watcher first = join(null);
    answer(0, "1");
    Watcher resumed = join("v0");
    answer(1, "1");
    assertEquals(List.of("1"), first.received);
    assertEquals(List.of("1"), resumed.received);
  }

  @Test
  void valueOfAKnownVersion_isNotEncoded() {
    Watcher first = join(null);
    answer(0, "1");
    topic.poll();
    AtomicInteger encoded = new AtomicInteger();
    Present same =
        new Present(
            () -> {
              encoded.incrementAndGet();
              return Document.of("2");
            },
            "v1");
    reads.get(1).complete(SharedFrame.latest(NAME, same));
    assertEquals(0, encoded.get());
    assertEquals(List.of("2"), join(null).received);
    assertEquals(List.of("2"), join(null).received);
    assertEquals(1, encoded.get());
    assertEquals(List.of("1"), first.received);
  }

  @Test
  void topicThatWasLeft_isNotReadWhenItsTurnComes() {
    List<Promise<Void>> others = new ArrayList<>();
    for (int i = 0; i < ReadQueue.MOST_AT_ONCE; i++) {
      Promise<Void> other = Promise.promise();
      others.add(other);
      queue.add(other::future);
    }
    Watcher first = join(null);
    topic.leave(first);
    others.forEach(Promise::complete);
    assertEquals(0, reads.size());
    Watcher second = join(null);
    answer(0, "1");
    assertEquals(List.of("1"), second.received);
  }

  @Test
  void watcherThatJoinsDuringAReadThatFindsNothing_waitsForTheNextRead() {
    Watcher first = join(null);
    Watcher second = join(null);
    reads.get(0).fail(Failure.of(Code.SESSION_UNKNOWN, "not yet"));
    assertEquals(List.of("failed"), first.received);
    assertEquals(List.of(), second.received);
    answer(1, "1");
    assertEquals(List.of("1"), second.received);
    assertEquals(List.of(second), topic.watchers());
  }

  @Test
  void valueThatCeasesToExist_endsItsWatchers() {
    Watcher first = join(null);
    answer(0, "1");
    topic.poll();
    reads.get(1).fail(Failure.of(Code.REDIS_UNAVAILABLE, "away"));
    assertEquals(List.of("1"), first.received);
    topic.poll();
    reads.get(2).fail(Failure.of(Code.SESSION_UNKNOWN, "ended"));
    assertEquals(List.of("1", "failed"), first.received);
    assertEquals(List.of(), topic.watchers());
    Watcher late = join(null);
    assertEquals(List.of(), late.received);
    answer(3, "2");
    assertEquals(List.of("2"), late.received);
  }

  @Test
  void changeNotedDuringAReadThatFails_isDelivered() {
    Watcher first = join(null);
    answer(0, "1");
    topic.poll();
    topic.poll();
    reads.get(1).fail(Failure.of(Code.REDIS_UNAVAILABLE, "away"));
    answer(2, "2");
    assertEquals(List.of("1", "2"), first.received);
    assertEquals(3, reads.size());
  }
}
