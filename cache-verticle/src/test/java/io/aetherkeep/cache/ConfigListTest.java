package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.ConfigAsks.ConfigList;
import io.aetherkeep.catalogue.ConfigAsks.ConfigRow;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigs;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.document.Document;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Lists of configurations, with the time and author of each, also of other services' writes. */
class ConfigListTest extends CacheDeployment {

  private static WriteConfig writing(String space, String name, String json) {
    return new WriteConfig(space, name, Document.of(json), null, false, "ann", "eve");
  }

  private static ListConfigs listing(String space) {
    return new ListConfigs(space, null, null);
  }

  private ConfigRow only(String space) throws Exception {
    ConfigList list = ask(listing(space));
    assertNull(list.next());
    assertEquals(1, list.items().size());
    return list.items().get(0);
  }

  @Test
  void whatWasWrittenHere_isListedWithItsVersionAndAuthor() throws Exception {
    assertEquals(List.of(), ask(listing("aethercast")).items());
    ask(writing("aethercast", "x", "1"));
    ask(writing("aethercast", "x", "2"));
    ConfigRow row = only("aethercast");
    assertEquals("x", row.name());
    assertEquals(ask(new ReadConfig("aethercast", "x")).version(), row.version());
    assertEquals(2, row.number());
    assertEquals("ann", row.by());
    assertEquals("eve", row.claimedBy());
    assertNotNull(row.updatedAt());
    assertEquals(List.of(), ask(listing("council")).items());
    ask(new RemoveConfig("aethercast", "x", null, null, null));
    assertEquals(List.of(), ask(listing("aethercast")).items());
  }

  @Test
  void whatOthersWrote_isListedAsTheirs() throws Exception {
    foreign.send("SET", "config:x", "{\"a\":1}");
    ConfigRow row = only("aethercast");
    assertEquals(Document.of("{\"a\":1}").version(), row.version());
    assertEquals("another service", row.by());
    assertNull(row.number());
    assertNull(row.updatedAt());
    ask(writing("aethercast", "x", "1"));
    foreign.send("SET", "config:x", "2");
    assertEquals("another service", only("aethercast").by());
    foreign.send("DEL", "config:x");
    foreign.send("HSET", "config:x", "a", "1");
    assertNull(only("aethercast").version());
    foreign.send("DEL", "versions:{config:x}");
    foreign.send("SET", "config:x", " ".repeat(MAX_VALUE_BYTES + 1));
    foreign.send("HSET", "versions:{config:x}", "a", "1");
    assertNull(only("aethercast").version());
  }

  /** The configurations are among ten thousand foreign keys, and another node reads them. */
  @Test
  void aThousand_areListedInPages() throws Exception {
    foreign.text("EVAL", "for i = 1, 10000 do redis.call('SET', 'other:' .. i, i) end", "0");
    foreign.text("EVAL", "for i = 1, 990 do redis.call('SET', 'config:c' .. i, i) end", "0");
    for (int i = 991; i <= 1000; i++) {
      ask(writing("aethercast", "c" + i, "" + i));
    }
    Vertx other = Vertx.vertx();
    try {
      Bus there = anotherNode(other);
      TreeSet<String> names = new TreeSet<>();
      String next = null;
      int pages = 0;
      do {
        ConfigList page = await(there.ask(new ListConfigs("aethercast", next, 50)));
        assertTrue(page.items().size() < 500, () -> "A page has " + page.items().size());
        page.items().forEach(row -> names.add(row.name()));
        next = page.next();
        pages++;
      } while (next != null);
      assertEquals(1000, names.size());
      assertTrue(pages > 3, "Only " + pages + " pages");
    } finally {
      await(other.close());
    }
  }

  @Test
  void aPrefixIsTakenByTheLetter() throws Exception {
    ask(writing(PREFIXED, "x", "1"));
    foreignOf(3).send("SET", "config:y", "1");
    assertEquals("x", only(PREFIXED).name());
    assertFalse(only(PREFIXED).by().isEmpty());
  }

  @Test
  void whatIsNoPage_isRefused() {
    assertRefused(Code.SPACE_UNKNOWN, listing("nowhere"));
    assertRefused(Code.INVALID_PARAMETER, new ListConfigs("aethercast", null, 0));
    assertRefused(Code.INVALID_PARAMETER, new ListConfigs("aethercast", null, 1001));
    assertRefused(Code.INVALID_PARAMETER, new ListConfigs("aethercast", "x", null));
  }
}
