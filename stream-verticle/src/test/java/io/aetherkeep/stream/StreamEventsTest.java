package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamAsks.StreamAppended;
import io.aetherkeep.catalogue.StreamAsks.StreamClosed;
import io.aetherkeep.catalogue.StreamAsks.StreamStopped;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowStream;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamFollowed;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events of streams on the bus: appends combined, one event per end, in order. */
class StreamEventsTest extends StreamDeployment {

  private final List<Event> events = new CopyOnWriteArrayList<>();

  private void subscribe() throws Exception {
    await(bus.subscribe(StreamAppended.class, events::add));
    await(bus.subscribe(StreamClosed.class, events::add));
    await(bus.subscribe(StreamStopped.class, events::add));
  }

  private List<Event> of(Class<? extends Event> type) {
    return events.stream().filter(type::isInstance).toList();
  }

  @Test
  void manyAppends_areFewEvents_withAllBytesAndTheTail() throws Exception {
    subscribe();
    create("s", TEXT);
    String tail = "";
    for (int i = 0; i < 200; i++) {
      tail = append("s", "0123456789").offset();
    }
    String last = tail;
    await()
        .untilAsserted(
            () -> {
              List<StreamAppended> appended =
                  of(StreamAppended.class).stream().map(StreamAppended.class::cast).toList();
              assertEquals(2000, appended.stream().mapToInt(StreamAppended::bytes).sum());
              assertTrue(appended.stream().anyMatch(event -> event.offset().equals(last)));
            });
    assertTrue(of(StreamAppended.class).size() < 100, () -> "" + of(StreamAppended.class).size());
  }

  @Test
  void stop_isAnEvent_andTheClosureThatFollowsIt() throws Exception {
    subscribe();
    create("s", TEXT);
    String tail = append("s", "half").offset();
    ask(new StopStream(SPACE, "s", "enough", null));
    ask(new StopStream(SPACE, "s", "once more", null));
    await().until(() -> of(StreamClosed.class).size() == 1 && of(StreamAppended.class).size() == 1);
    assertEquals(List.of(new StreamStopped(SPACE, "s", "enough")), of(StreamStopped.class));
    assertEquals(List.of(new StreamClosed(SPACE, "s", tail, "stopped")), of(StreamClosed.class));
    assertEquals(List.of(new StreamAppended(SPACE, "s", tail, 4)), of(StreamAppended.class));
  }

  @Test
  void producersEnd_isAnEventAfterItsLastAppend() throws Exception {
    subscribe();
    create("s", TEXT);
    String tail = ask(closing("s", "whole")).offset();
    await().until(() -> of(StreamClosed.class).size() == 1);
    assertEquals(
        List.of(
            new StreamAppended(SPACE, "s", tail, 5),
            new StreamClosed(SPACE, "s", tail, "producer")),
        events);
  }

  /** Each stream's followers read once, however many streams are followed. */
  @Test
  void aLostSubscription_isAGapOfEachFollowedStreamOnce() throws Exception {
    List<String> followed = new CopyOnWriteArrayList<>();
    await(bus.onSignal(StreamFollowed.class, now -> followed.add(now.path())));
    List<String> paths = IntStream.range(0, 20).mapToObj(i -> "s" + i).toList();
    for (String path : paths) {
      ask(new FollowStream(SPACE, path));
    }
    await().until(() -> followed.size() == 20);
    followed.clear();
    foreign.send("CLIENT", "KILL", "TYPE", "pubsub");
    await().until(() -> followed.containsAll(paths));
    ask(new FollowStream(SPACE, "last"));
    await().until(() -> followed.contains("last"));
    assertEquals(21, followed.size());
  }
}
