package io.aetherkeep.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.aetherkeep.lab.client.Following;
import io.aetherkeep.lab.client.ResumingEvents;
import io.aetherkeep.lab.client.Watcher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lab itself would notice. */
class WatcherTest {

  private static List<String> missed(List<String> stream, String... promised) {
    Watcher watcher = new Watcher();
    ResumingEvents.read(stream.stream(), watcher::onEvent);
    return watcher.missed(List.of(promised));
  }

  private static List<String> status(String offset) {
    return List.of("id: " + offset, "event: status", "data: {}");
  }

  @Test
  void reportedChanges_areNotMissed() {
    assertEquals(List.of(), missed(status("1-0"), "1-0"));
  }

  @Test
  void unreportedChangesInBetween_areMissed() {
    List<String> stream = new ArrayList<>(status("1-0"));
    stream.addAll(status("3-0"));
    assertNotEquals(List.of(), missed(stream, "1-0", "2-0", "3-0"));
  }

  @Test
  void changesInAReportedGap_areNotMissed() {
    List<String> stream = new ArrayList<>(status("1-0"));
    stream.addAll(List.of("event: gap", "data: {\"recovered\":false}"));
    stream.addAll(status("3-0"));
    assertEquals(List.of(), missed(stream, "1-0", "2-0", "3-0"));
    assertNotEquals(List.of(), missed(stream, "4-0"));
  }

  @Test
  void onASocket_theSameIsMissed() {
    Watcher watcher = new Watcher();
    watcher.onEvent(new Following.News("1-0", true, "{}"));
    watcher.onEvent(new Following.News("3-0", false, "{}"));
    watcher.onEvent(new Following.News("5-0", true, "{}"));
    assertEquals(List.of(), watcher.missed(List.of("0-1", "1-0", "3-0", "4-0", "5-0")));
    assertNotEquals(List.of(), watcher.missed(List.of("2-0")));
  }
}
