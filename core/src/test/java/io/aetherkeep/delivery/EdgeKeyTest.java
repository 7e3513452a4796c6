package io.aetherkeep.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeKeyTest {

  @Test
  void keys_haveNeitherBlanksNorCommasNorOtherLetters() {
    assertEquals(
        List.of("s", "s/topic", "s/topic/a:b", "s#deep%20sea", "s#%2C%25%23%E2%82%AC"),
        EdgeKey.all("s", "topic", "a:b", List.of("deep sea", ",%#\u20AC")));
  }

  @Test
  void anEntryAndATagAreNeverMistaken() {
    assertTrue(!EdgeKey.ofEntry("s", "k", "#x").contains("#"));
    assertEquals("s/topics/", EdgeKey.ofEntry("s", "topics", ""));
  }
}
