package io.aetherkeep.router.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.document.Document;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicKind.Present;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A topic of the latest value, whose reads the test answers. */
class LatestTopicTest {

  private static final TopicName NAME = TopicName.config("s", "x");

  private final List<Promise<SharedFrame>> reads = new ArrayList<>();
  private final LatestTopic topic =
      new LatestTopic(
          NAME,
          () -> {
            Promise<SharedFrame> read = Promise.promise();
            reads.add(read);
            return read.future();
          },
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
}
