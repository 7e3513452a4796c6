package io.aetherkeep.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.InvalidationAsks.Invalidated;
import io.aetherkeep.keyspace.Glob;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random invalidations by tags and patterns match a simple model. */
class TagsModelTest extends CacheDeployment {

  private static final List<String> TAGS = List.of("red", "blue", "green");
  private static final List<String> IDS = List.of("a", "ab", "b", "b*", "?", "[a]");
  private static final List<String> PATTERNS = List.of("*", "a*", "?", "*b*", "b?", "[a]", "x");

  private final Map<String, Set<String>> model = new TreeMap<>();

  private static <T> T any(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private void step(Random random) throws Exception {
    String id = any(random, IDS);
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        Set<String> tags = new HashSet<>();
        TAGS.stream().filter(tag -> random.nextBoolean()).forEach(tags::add);
        tag("topic", id, tags.toArray(String[]::new));
        model.put(id, tags);
      }
      case 2 -> {
        ask(new RemoveEntry("aethercast", "topic", List.of(id), null));
        model.remove(id);
      }
      case 3 -> {
        // The entry keeps its tags when another service overwrites it.
        foreign.send("SET", "cache:topic:" + id, "2", "EX", "600", "XX");
      }
      case 4 -> {
        String tag = any(random, TAGS);
        Set<String> meant =
            model.keySet().stream()
                .filter(key -> model.get(key).contains(tag))
                .collect(Collectors.toSet());
        assertRemoved(meant, new InvalidateEntries("aethercast", null, null, null, tag, false));
      }
      default -> {
        String pattern = any(random, PATTERNS);
        Set<String> meant =
            model.keySet().stream()
                .filter(key -> Glob.of(pattern).matches(key))
                .collect(Collectors.toSet());
        assertRemoved(meant, byPattern("topic", pattern));
      }
    }
  }

  private void assertRemoved(Set<String> meant, InvalidateEntries ask) throws Exception {
    assertEquals(new Invalidated(meant.size(), meant.size()), ask(ask));
    model.keySet().removeAll(meant);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void steps_leaveWhatTheModelHas(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 120; i++) {
      step(random);
      Set<String> there =
          keys(foreign).stream()
              .filter(key -> key.startsWith("cache:topic:"))
              .map(key -> key.substring("cache:topic:".length()))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(model.keySet(), there);
    }
  }
}
