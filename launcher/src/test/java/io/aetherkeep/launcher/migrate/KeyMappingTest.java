package io.aetherkeep.launcher.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.migrate.KeyMapping.SpaceIndex;
import io.aetherkeep.redis.store.RedisIndexParts;
import java.util.List;
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
    assertEquals(to, name(new KeyMapping("", "", false, true), from));
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
    assertEquals(to, name(new KeyMapping("", "council:", false, true), from));
    assertEquals(from, name(new KeyMapping("council:", "", true, false), to));
  }

  @Test
  void keysWithoutThePrefix_andThoseOfMoments_areNotCopied() {
    KeyMapping mapping = new KeyMapping("a:", "b:", false, false);
    assertTrue(mapping.map("session:s1").isEmpty());
    assertTrue(mapping.map("a:canary:n1").isEmpty());
    assertTrue(mapping.map("a:claim:{a:cache:topic:t1}").isEmpty());
    assertTrue(mapping.map("a:index:loads:topic").isEmpty());
    assertEquals("b:session:s1", name(mapping, "a:session:s1"));
  }

  @Test
  void partsOfIndexes_haveTheirNamesUnderTheOtherPrefix() {
    KeyMapping mapping = new KeyMapping("a:", "b:", true, true);
    for (String index : List.of("index:sessions", "index:streams-due", "index:underway:crawl")) {
      List<String> parts =
          RedisIndexParts.onCluster("a:" + index).stream()
              .map(part -> name(mapping, part))
              .toList();
      assertEquals(RedisIndexParts.onCluster("b:" + index), parts);
      assertEquals("b:" + index, name(mapping, "a:" + index));
    }
    assertEquals(List.of(), mapping.merged());
    assertEquals(List.of(), new KeyMapping("a:", "b:", false, true).merged());
  }

  @Test
  void partsOfIndexes_areMergedOnAServer() {
    KeyMapping mapping = new KeyMapping("a:", "b:", true, false);
    assertEquals(10, mapping.merged().size());
    for (SpaceIndex index : mapping.merged()) {
      assertEquals(17, index.sources().size());
      index.sources().forEach(source -> assertTrue(mapping.map(source).isEmpty(), source));
    }
    assertEquals("b:index:providers", name(mapping, "a:index:providers"));
  }

  private static String name(KeyMapping mapping, String key) {
    return mapping.map(key).orElseThrow().to();
  }
}
