package io.aetherkeep.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheListAsks.CacheRow;
import io.aetherkeep.catalogue.CacheListAsks.CacheStats;
import io.aetherkeep.catalogue.CacheListAsks.ReadCacheStats;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Statistics report the content of Redis and the reads of this node. */
class CacheStatisticsTest extends CacheDeployment {

  private Map<String, CacheRow> rows(String space) throws Exception {
    CacheStats stats = ask(new ReadCacheStats(space));
    assertNotNull(stats.countedAt());
    assertEquals(
        Keyspaces.CACHES.stream().map(Keyspace::name).toList(),
        stats.items().stream().map(CacheRow::keyspace).toList());
    return stats.items().stream()
        .collect(Collectors.toMap(CacheRow::keyspace, Function.identity()));
  }

  private static CacheRow row(String keyspace, long entries, long bytes) {
    return new CacheRow(keyspace, entries, bytes, 0, 0, 0, 0, 0, 0, 0, 0, null, null, null);
  }

  @Test
  void read_countsEntriesAndBytesExactly() throws Exception {
    ask(writing("topic", List.of("a"), "\"\u00e9\""));
    ask(writing("topic", List.of("b"), "[1, 2]"));
    ask(writing("metrics", List.of("api", "2026"), "123"));
    foreign.send("SETEX", "cache:topic:c", "60", "{\"a\": 1}");
    Map<String, CacheRow> rows = rows("aethercast");
    assertEquals(row("topic", 3L, 18L), rows.get("topic"));
    assertEquals(row("metrics", 1L, 3L), rows.get("metrics"));
    assertEquals(row("topics", 0L, 0L), rows.get("topics"));
  }

  @Test
  void read_countsNoKeyOfAnotherKeyspace() throws Exception {
    for (Keyspace<?> keyspace : Keyspaces.ALL) {
      if (!Keyspaces.CACHES.contains(keyspace)) {
        foreign.send("SET", Fillings.key(keyspace, "x"), "foreign");
      }
    }
    foreign.send("SET", "anything", "foreign");
    foreign.send("SET", "cache:topics:other", "foreign");
    foreign.send("SET", "metrics:a:b:c", "foreign");
    foreign.send("HSET", "user:7", "a", "1");
    Map<String, CacheRow> rows = rows("aethercast");
    assertEquals(row("user", 1L, 0L), rows.remove("user"));
    rows.values().forEach(row -> assertEquals(0L, row.entries(), row.keyspace()));
  }

  @Test
  void read_countsHitsAndMissesOfAllInstancesTogether() throws Exception {
    write("topic", "a");
    read("topic", "a");
    read("topic", "a");
    assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "b"));
    ask(new ReadEntries("aethercast", "topic", List.of("a", "x", "y", "a")));
    CacheRow row = rows("aethercast").get("topic");
    assertEquals(3, row.hits());
    assertEquals(3, row.misses());
    assertEquals(0.5, row.hitRatio());
  }

  @Test
  void read_countsEachSpaceForItself() throws Exception {
    write("topic", "a");
    read("topic", "a");
    assertEquals(row("topic", 0L, 0L), rows("council").get("topic"));
    assertEquals(1L, rows("aethercast").get("topic").entries());
    ask(tagging(PREFIXED, "topic", "t1", "red"));
    assertEquals(row("topic", 1L, 1L), rows(PREFIXED).get("topic"));
  }

  @Test
  void read_hasNoRatioWhereNothingWasRead() throws Exception {
    assertNull(rows("aethercast").get("topic").hitRatio());
    assertRefused(Code.SPACE_UNKNOWN, new ReadCacheStats("nowhere"));
  }
}
