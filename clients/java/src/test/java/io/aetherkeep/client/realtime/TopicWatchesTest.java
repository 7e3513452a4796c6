package io.aetherkeep.client.realtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicWatchesTest {

  private static final String HISTORY = "history/s1";

  private final ObjectMapper json = new ObjectMapper();
  private final TopicWatches watches = new TopicWatches();

  private void give(String topic, int offset, Object data, boolean recovered) {
    JsonNode value = json.valueToTree(data);
    watches.give(new TopicUpdate(topic, value, Integer.toString(offset), recovered, null));
  }

  private void messages(int offset, boolean recovered, List<?> messages) {
    give(HISTORY, offset, new Messages(messages, false), recovered);
  }

  private record Messages(List<?> messages, boolean truncated) {}

  /** Returns the offsets and values that a watcher receives. */
  private List<String> join(String topic) {
    List<String> seen = new ArrayList<>();
    watches.add(topic, update -> seen.add(update.offset() + " " + update.data()));
    return seen;
  }

  @Test
  void secondWatcherOfAHistory_beginsWithItsNewestMessages() throws Exception {
    join(HISTORY);
    messages(1, false, List.of("a", "b"));
    messages(2, true, List.of("c"));
    List<String> second = join(HISTORY);
    messages(3, true, List.of("d"));
    assertEquals(
        List.of(
            "2 {\"messages\":[\"a\",\"b\",\"c\"],\"truncated\":false}",
            "3 {\"messages\":[\"d\"],\"truncated\":false}"),
        second);
    messages(9, false, List.of("x"));
    assertEquals(List.of("9 {\"messages\":[\"x\"],\"truncated\":false}"), join(HISTORY));

    for (int n = 0; n < 1000; n++) {
      messages(10 + n, true, List.of(n));
    }
    JsonNode kept = json.readTree(join(HISTORY).get(0).substring("1009 ".length()));
    assertEquals(1000, kept.path("messages").size());
    assertEquals(0, kept.path("messages").get(0).asInt());
    assertEquals(true, kept.path("truncated").asBoolean());
  }

  @ParameterizedTest
  @ValueSource(strings = {"events/*", "status/crawl/*"})
  void secondWatcherOfChanges_beginsWithTheNextOne(String topic) {
    join(topic);
    give(topic, 1, "old", true);
    List<String> second = join(topic);
    give(topic, 2, "new", true);
    assertEquals(List.of("2 \"new\""), second);
    assertEquals("2", watches.all().get(topic).offset());
  }
}
