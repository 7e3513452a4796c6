package io.aetherkeep.launcher.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyMappingTest {

  @ParameterizedTest
  @CsvSource({
    "session:s1, session:s1",
    "note:{cache:topic:t1}, note:{cache:topic:t1}",
    "window:provider:openai, window:{provider:health:openai}",
    "celery-task-meta-7, celery-task-meta-7",
  })
  void toACluster_keysKeepTheirNamesButWindows(String from, String to) {
    assertEquals(to, name(new KeyMapping("", "", true), from));
  }

  @ParameterizedTest
  @CsvSource({
    "session:s1, council:session:s1",
    "facts:{session:s1}, council:facts:{council:session:s1}",
    "chunk:{stream:a}:17, council:chunk:{council:stream:a}:17",
    "window:provider:openai, council:window:{council:provider:health:openai}",
    "other:{thing}, council:other:{thing}",
  })
  void aPrefix_standsInTheTagsOfKeysBesideOthersToo(String from, String to) {
    assertEquals(to, name(new KeyMapping("", "council:", true), from));
    assertEquals(from, name(new KeyMapping("council:", "", false), to));
  }

  @Test
  void keysWithoutThePrefix_andThoseOfMoments_areNotCopied() {
    KeyMapping mapping = new KeyMapping("a:", "b:", false);
    assertTrue(mapping.map("session:s1").isEmpty());
    assertTrue(mapping.map("a:canary:n1").isEmpty());
    assertTrue(mapping.map("a:claim:{a:cache:topic:t1}").isEmpty());
    assertTrue(mapping.map("a:index:loads:topic").isEmpty());
    assertEquals("b:session:s1", name(mapping, "a:session:s1"));
  }

  private static String name(KeyMapping mapping, String key) {
    return mapping.map(key).orElseThrow().to();
  }
}
