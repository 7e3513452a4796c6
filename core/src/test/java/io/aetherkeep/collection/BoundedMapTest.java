package io.aetherkeep.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundedMapTest {

  @Test
  void anEntryBeyondTheLimit_evictsTheOneInsertedFirst() {
    Map<String, Integer> map = BoundedMap.byInsertion(2);
    map.put("a", 1);
    map.put("b", 2);
    map.get("a");
    map.put("a", 3);

    map.put("c", 4);

    assertEquals(Set.of("b", "c"), map.keySet());
  }

  @Test
  void byUse_anEntryBeyondTheLimit_evictsTheLeastRecentlyUsed() {
    Map<String, Integer> map = BoundedMap.byUse(2);
    map.put("a", 1);
    map.put("b", 2);
    map.get("a");

    map.put("c", 3);

    assertEquals(Set.of("a", "c"), map.keySet());
  }
}
