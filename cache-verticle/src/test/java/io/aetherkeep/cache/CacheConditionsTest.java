package io.aetherkeep.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Conditional writes and removals, and reads of many entries. */
class CacheConditionsTest extends CacheDeployment {

  private static WriteEntry write(String json, String version, boolean absent) {
    return new WriteEntry(
        "aethercast", "topic", List.of("t1"), Document.of(json), null, List.of(), version, absent);
  }

  private static RemoveEntry removal(String version) {
    return new RemoveEntry("aethercast", "topic", List.of("t1"), version);
  }

  private static ReadEntries many(String keyspace, List<String> ids) {
    return new ReadEntries("aethercast", keyspace, ids);
  }

  @Test
  void write_ifAbsentIsMadeOnlyWhereThereIsNothing() throws Exception {
    assertTrue(ask(write("1", null, true)).created());
    assertRefused(Code.VERSION_CONFLICT, write("2", null, true));
    assertEquals("1", foreign.text("GET", "cache:topic:t1"));
  }

  @Test
  void write_ifVersionIsMadeOnlyOverThatVersion() throws Exception {
    String first = ask(write("1", null, false)).version();
    assertEquals(first, read("topic", "t1").value().version());
    String second = ask(write("2", first, false)).version();
    assertRefused(Code.VERSION_CONFLICT, write("3", first, false));
    assertFalse(ask(write("3", second, false)).created());
    assertEquals("3", foreign.text("GET", "cache:topic:t1"));
  }

  @Test
  void write_ifVersionSeesWhatAnotherServiceWroteMeanwhile() throws Exception {
    String first = ask(write("1", null, false)).version();
    foreign.send("SETEX", "cache:topic:t1", "600", "9");
    assertRefused(Code.VERSION_CONFLICT, write("2", first, false));
    assertEquals("9", foreign.text("GET", "cache:topic:t1"));
    assertNear(600, foreign.number("TTL", "cache:topic:t1"));
  }

  @Test
  void write_ifAnyVersionNeverRevives() throws Exception {
    assertRefused(Code.VERSION_CONFLICT, write("1", "*", false));
    assertRefused(Code.VERSION_CONFLICT, write("1", Document.of("1").version(), false));
    assertEquals(0, foreign.number("DBSIZE"));
    ask(write("1", null, false));
    assertFalse(ask(write("2", "*", false)).created());
  }

  @Test
  void remove_saysWhetherThereWasSomethingAndLeavesNothing() throws Exception {
    ask(
        new WriteEntry(
            "aethercast", "topic", List.of("t1"), Document.of("1"), 60L, null, null, false));
    assertTrue(ask(removal(null)).removed());
    assertFalse(ask(removal(null)).removed());
    assertEquals(0, foreign.number("DBSIZE"));
  }

  @Test
  void remove_ifVersionLeavesAnother() throws Exception {
    String first = ask(write("1", null, false)).version();
    String second = ask(write("2", null, false)).version();
    assertRefused(Code.VERSION_CONFLICT, removal(first));
    assertTrue(ask(removal(second)).removed());
    assertRefused(Code.VERSION_CONFLICT, removal(second));
    assertRefused(Code.VERSION_CONFLICT, removal("*"));
  }

  @Test
  void readMany_answersInTheOrderAskedAndOnceForEach() throws Exception {
    write("topic", "a");
    write("topic", "c");
    write("topic", "b");
    DocumentsById entries = ask(many("topic", List.of("c", "x", "a", "c", "b", "x", "y")));
    assertEquals(List.of("c", "a", "b"), List.copyOf(entries.found().keySet()));
    assertEquals(List.of("x", "y"), entries.missing());
    assertEquals(null, entries.unreadable());
  }

  @Test
  void readMany_namesTwoIdsWithAColon() throws Exception {
    write("metrics", "api", "2026-01-31");
    DocumentsById entries = ask(many("metrics", List.of("api:2026-01-31", "api:2026-02-01")));
    assertEquals(Set.of("api:2026-01-31"), entries.found().keySet());
    assertEquals(List.of("api:2026-02-01"), entries.missing());
    assertRefused(Code.INVALID_ID, many("metrics", List.of("api")));
    assertRefused(Code.INVALID_ID, many("metrics", List.of("api:a:b")));
  }

  @Test
  void readMany_takesAnIdWithAColonWhereNothingIsSeparated() throws Exception {
    write("user", "a:b");
    assertEquals(Set.of("a:b"), ask(many("user", List.of("a:b"))).found().keySet());
  }

  @Test
  void readMany_takes100IdsAndRefuses101AndNone() throws Exception {
    List<String> ids = IntStream.range(0, 101).mapToObj(i -> "t" + i).toList();
    assertEquals(100, ask(many("topic", ids.subList(0, 100))).missing().size());
    assertRefused(Code.INVALID_PARAMETER, many("topic", ids));
    assertRefused(Code.INVALID_PARAMETER, many("topic", List.of()));
    assertRefused(Code.INVALID_ID, many("topic", List.of("a", "b c")));
  }

  @Test
  void readMany_setsApartWhatIsNoJson() throws Exception {
    foreign.send("SET", "cache:topic:good", "{\"a\": 1}");
    foreign.send("SET", "cache:topic:pickle", "(dp0\nS'a'\n.");
    foreign.send("SET", "cache:topic:empty", "");
    foreign.send("HSET", "cache:topic:hash", "a", "1");
    DocumentsById entries = ask(many("topic", List.of("pickle", "good", "empty", "hash")));
    assertEquals(Map.of("good", Document.of("{\"a\": 1}")), entries.found());
    assertEquals(List.of("pickle", "empty"), entries.unreadable());
    assertEquals(List.of("hash"), entries.missing());
  }

  @Test
  void whatCannotBeRead_isRepairedByAWriteOrRemovalWithoutACondition() throws Exception {
    for (String[] broken :
        List.of(
            new String[] {"RPUSH", "cache:topic:t", "1"},
            new String[] {"SET", "cache:topic:t", "{no JSON"})) {
      foreign.send((Object[]) broken);
      foreign.send("RPUSH", "note:{cache:topic:t}", "1");
      assertRefused(Code.UNREADABLE_VALUE, reading("topic", "t"));
      tag("topic", "t", "red");
      assertEquals("1", read("topic", "t").value().toString());
      foreign.send("DEL", "cache:topic:t");
      foreign.send((Object[]) broken);
      assertTrue(ask(new RemoveEntry("aethercast", "topic", List.of("t"), null)).removed());
      assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "t"));
    }
  }
}
