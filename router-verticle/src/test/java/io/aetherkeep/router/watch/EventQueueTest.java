package io.aetherkeep.router.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Document;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventQueueTest {

  private static final TopicName TOPIC = TopicName.of("aethercast", null, "events/*");

  private final List<SharedFrame> received = new ArrayList<>();
  private boolean room = true;
  private final EventQueue queue =
      new EventQueue(
          TOPIC,
          new TopicWatcher() {
            @Override
            public void begun(boolean recovered, List<SharedFrame> since) {}

            @Override
            public void receive(SharedFrame push) {
              received.add(push);
            }

            @Override
            public void fail(Throwable reason) {}

            @Override
            public boolean hasRoom() {
              return room;
            }
          });

  private static SharedFrame event(int number, int length) {
    String data = "{\"n\":" + number + ",\"x\":\"" + "x".repeat(length) + "\"}";
    return SharedFrame.change(
        TOPIC, Integer.toString(number), Document.stored(Buffer.buffer(data)), true);
  }

  @Test
  void aWatcherWithRoom_getsEachEventAtOnce() {
    queue.add(event(1, 0));
    assertEquals(1, received.size());
  }

  @Test
  void aSlowWatcher_getsTheFirstThousandLate_andTheNumberOfTheOthers() {
    room = false;
    for (int i = 0; i < 1500; i++) {
      queue.add(event(i, 0));
    }
    assertEquals(0, received.size());
    room = true;
    queue.flush();
    assertEquals(1001, received.size());
    assertEquals("0", received.get(0).offset());
    assertEquals("999", received.get(999).offset());
    SharedFrame last = received.get(1000);
    assertFalse(last.recovered());
    String text = String.valueOf(last.data());
    assertTrue(text.contains("\"events-dropped\"") && text.contains("{\"dropped\":500}"), text);
    queue.add(event(1500, 0));
    assertEquals("1500", received.get(1001).offset());
  }

  @Test
  void largeEvents_areBoundedByTheirBytes() {
    room = false;
    for (int i = 0; i < 100; i++) {
      queue.add(event(i, 300_000));
    }
    room = true;
    queue.flush();
    assertEquals(5, received.size());
    assertTrue(String.valueOf(received.get(4).data()).contains("{\"dropped\":96}"));
  }
}
