package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.cache.config.ConfigHistory.Elsewhere;
import io.aetherkeep.cache.config.RedisConfigHistory;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersion;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWritten;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Space;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations are validated, versioned, and announced on every node. */
class ConfigsTest extends CacheDeployment {

  private static final String MEMBER =
      "{\"id\":\"%s\",\"provider\":\"p\",\"model\":\"m\",\"timeout\":30,\"retryPolicy\":{\"maxAttempts\":3}}";

  private static final String COUNCIL =
      "{\"members\":["
          + MEMBER.formatted("a")
          + ","
          + MEMBER.formatted("b")
          + "],\"minimumSize\":2}";

  private static WriteConfig writing(String name, String json) {
    return new WriteConfig(
        "aethercast", name, Document.of(json), null, false, "ann@example.org", null);
  }

  private String value(String name) throws Exception {
    return ask(new ReadConfig("aethercast", name)).value().toString();
  }

  private List<ConfigVersion> versions(String name) throws Exception {
    return ask(new ListConfigVersions("aethercast", name, null, null)).items();
  }

  @Test
  void write_standsInRedisForEverAndIsRead() throws Exception {
    assertTrue(ask(writing("council", COUNCIL)).created());
    assertEquals(COUNCIL, foreign.text("GET", "config:council"));
    assertEquals(-1, foreign.number("TTL", "config:council"));
    assertEquals(COUNCIL, value("council"));
    assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("aethercast", "other"));
    assertRefused(Code.SPACE_UNKNOWN, new ReadConfig("nowhere", "other"));
    assertRefused(Code.INVALID_ID, new ReadConfig("aethercast", "a b"));
  }

  @Test
  void theCopyOfAChangeElsewhere_expiresIfItIsNotDropped() throws Exception {
    ask(writing("x", "1"));
    Space space = access.spaces().iterator().next();
    RedisConfigHistory history = new RedisConfigHistory(access.line(space), space);
    Elsewhere change =
        new Elsewhere(Keyspaces.CONFIGS.key("x"), Document.of("1"), Document.of("2"));
    assertEquals(2, await(history.recordExternalChanges(List.of(change), 2, "ann")));
    long left = foreign.number("PTTL", "config:x");
    assertTrue(left >= 1 && left <= 60_000, "" + left);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "council; {}",
        "council; {\"members\":[],\"minimumSize\":1}",
        "council; []",
        "deliberation; {\"rounds\":6,\"preset\":\"fast\"}",
        "deliberation; {\"rounds\":-1,\"preset\":\"fast\"}",
        "deliberation; {\"rounds\":\"1\",\"preset\":\"fast\"}",
        "deliberation; {\"rounds\":1,\"preset\":\"slow\"}",
        "synthesis; {\"strategy\":\"guess\"}",
        "synthesis; {\"strategy\":\"weighted-fusion\",\"weights\":{\"a\":0}}",
        "synthesis; {\"strategy\":\"meta-synthesis\"}",
        "synthesis; {\"strategy\":{\"type\":\"meta-synthesis\"}}",
        "synthesis;"
            + " {\"strategy\":{\"type\":\"meta-synthesis\",\"moderatorStrategy\":{\"type\":\"permanent\"}}}",
        "synthesis;"
            + " {\"strategy\":{\"type\":\"meta-synthesis\",\"moderatorStrategy\":{\"type\":\"weakest\"}}}",
        "synthesis; {\"strategy\":{\"type\":\"weighted-fusion\",\"weights\":{}}}",
        "synthesis; {\"strategy\":{\"type\":\"weighted-fusion\",\"weights\":{\"a\":0}}}",
        "synthesis; {\"strategy\":{\"type\":\"guess\"}}",
        "performance; {\"globalTimeout\":0}",
        "performance; {}",
      })
  void write_refusesWhatItsSchemaRefuses(String name, String json) throws Exception {
    assertRefused(Code.INVALID_CONFIG, writing(name, json));
    assertEquals(0, foreign.number("DBSIZE"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "deliberation; {\"rounds\":0,\"preset\":\"research-grade\"}",
        "synthesis; {\"strategy\":\"consensus-extraction\",\"more\":1}",
        "synthesis;"
            + " {\"strategy\":{\"type\":\"meta-synthesis\"},\"moderatorStrategy\":{\"type\":\"permanent\"}}",
        "synthesis; {\"strategy\":\"weighted-fusion\",\"weights\":{\"a\":0.5}}",
        "synthesis; {\"strategy\":{\"type\":\"weighted-fusion\",\"weights\":{\"a\":0.5}}}",
        "synthesis;"
            + " {\"strategy\":{\"type\":\"meta-synthesis\",\"moderatorStrategy\":{\"type\":\"permanent\",\"memberId\":\"a\"}}}",
        "synthesis;"
            + " {\"strategy\":{\"type\":\"meta-synthesis\",\"moderatorStrategy\":{\"type\":\"rotate\"}}}",
        "synthesis; {\"strategy\":{\"type\":\"iterative-consensus\",\"config\":{\"maxRounds\":5}}}",
        "synthesis; {\"strategy\":{\"type\":\"consensus-extraction\"},\"weights\":{\"a\":0}}",
        "deliberation; {\"rounds\":2.5,\"preset\":\"balanced\"}",
        "transparency; {\"enabled\":true}",
        "performance; {\"globalTimeout\":60}",
        "anything; [1]",
      })
  void write_takesWhatItsSchemaTakes(String name, String json) throws Exception {
    assertTrue(ask(writing(name, json)).created());
    assertEquals(json, value(name));
  }

  @Test
  void councils_needEnoughMembers() throws Exception {
    assertRefused(
        Code.INVALID_CONFIG,
        writing("council", COUNCIL.replace("\"minimumSize\":2", "\"minimumSize\":3")));
    assertRefused(
        Code.INVALID_CONFIG,
        writing("council", COUNCIL.replace("\"timeout\":30", "\"timeout\":-1")));
    assertRefused(
        Code.INVALID_CONFIG,
        writing("council", COUNCIL.replace("\"maxAttempts\":3", "\"maxAttempts\":0")));
  }

  @Test
  void councils_mayBeAllThatTheirOwnValidatorAccepts() throws Exception {
    ask(writing("council", COUNCIL.replace("\"id\":\"b\"", "\"id\":\"a\"")));
    ask(
        writing(
            "council",
            COUNCIL.replace(
                "\"maxAttempts\":3",
                "\"maxAttempts\":25,\"initialDelayMs\":1,\"maxDelayMs\":2,\"backoffMultiplier\":0.5")));
    ask(
        writing(
            "council",
            COUNCIL.replace("\"timeout\":30", "\"timeout\":0.5,\"weight\":0,\"x\":null")));
  }

  @Test
  void versions_sayWhoWhenAndWhat() throws Exception {
    ask(writing("x", "{\"a\":1}"));
    ConfigWritten second = ask(writing("x", "{\"a\":2}"));
    assertEquals(2, second.number());
    ask(new RemoveConfig("aethercast", "x", null, null, null));
    List<ConfigVersion> versions = versions("x");
    assertEquals(List.of(3L, 2L, 1L), versions.stream().map(ConfigVersion::number).toList());
    assertEquals("anonymous", versions.get(0).by());
    assertNull(versions.get(0).version());
    assertEquals("ann@example.org", versions.get(1).by());
    assertEquals(second.version(), versions.get(1).version());
    assertEquals(
        "[{\"op\":\"replace\",\"path\":\"/a\",\"from\":1,\"value\":2}]",
        versions.get(1).diff().toString());
    assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("aethercast", "x"));
    assertRefused(Code.CONFIG_UNKNOWN, new ListConfigVersions("aethercast", "y", null, null));
  }

  @Test
  void rollback_writesWhatWasAsANewVersion() throws Exception {
    ask(writing("x", "{\"a\" : 1}"));
    ask(writing("x", "2"));
    ConfigWritten back = ask(new RollbackConfig("aethercast", "x", 1, "bob", "ann@example.org"));
    assertEquals(3, back.number());
    ConfigVersion last = versions("x").get(0);
    assertEquals(List.of("bob", "ann@example.org"), List.of(last.by(), last.claimedBy()));
    assertEquals("{\"a\" : 1}", value("x"));
    assertRefused(Code.VERSION_UNKNOWN, new RollbackConfig("aethercast", "x", 9, null, null));
  }

  @Test
  void conditions_areHeld() throws Exception {
    String first = ask(writing("x", "1")).version();
    assertRefused(
        Code.VERSION_CONFLICT,
        new WriteConfig("aethercast", "x", Document.of("2"), null, true, null, null));
    foreign.send("SET", "config:x", "9");
    assertRefused(
        Code.VERSION_CONFLICT,
        new WriteConfig("aethercast", "x", Document.of("2"), first, false, null, null));
    assertRefused(Code.VERSION_CONFLICT, new RemoveConfig("aethercast", "x", first, null, null));
    assertEquals("9", foreign.text("GET", "config:x"));
  }

  @Test
  void writersWhoMeet_eachSucceedAndAreNotedInTheirOrder() throws Exception {
    List<Future<ConfigWritten>> all = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      all.add(bus.ask(writing("x", "" + i)));
    }
    for (Future<ConfigWritten> one : all) {
      await(one);
    }
    List<ConfigVersion> versions = versions("x");
    assertEquals(32, versions.size());
    assertEquals(Document.of(value("x")).version(), versions.get(0).version());
    for (int i = 0; i + 1 < versions.size(); i++) {
      assertEquals(32L - i, versions.get(i).number());
      assertTrue(versions.get(i).diff().toString().contains("\"op\":\"replace\""));
    }
  }

  @Test
  void whatAnotherServiceWrote_isAVersionToo() throws Exception {
    foreign.send("SET", "config:x", "1");
    ask(writing("x", "2"));
    foreign.send("SET", "config:x", "3");
    foreign.send("DEL", "config:x");
    ask(writing("x", "4"));
    List<ConfigVersion> versions = versions("x");
    assertEquals(
        List.of("ann@example.org", "another service", "ann@example.org", "another service"),
        versions.stream().map(ConfigVersion::by).toList());
    assertNull(versions.get(1).version());
    assertEquals(
        "[{\"op\":\"replace\",\"path\":\"\",\"from\":1,\"value\":2}]",
        versions.get(2).diff().toString());
    ask(new RollbackConfig("aethercast", "x", 1, null, null));
    assertEquals("1", value("x"));
    assertRefused(Code.VERSION_UNKNOWN, new RollbackConfig("aethercast", "x", 3, null, null));
  }

  @Test
  void whatCannotBeRead_isRepairedByAWriteOrRemovalWithoutACondition() throws Exception {
    for (String name : List.of("list", "junk")) {
      foreign.send("RPUSH", "config:list", "1");
      foreign.send("SET", "config:junk", "{no JSON");
      foreign.send("SET", "versions:{config:list}", "no list");
      for (WriteConfig conditional :
          List.of(
              new WriteConfig("aethercast", name, Document.of("2"), "1-1", false, null, null),
              new WriteConfig("aethercast", name, Document.of("2"), null, true, null, null))) {
        assertRefused(Code.VERSION_CONFLICT, conditional);
      }
      assertFalse(ask(writing(name, "2")).created());
      assertEquals("2", value(name));
      foreign.send("DEL", "config:list", "config:junk");
      foreign.send("RPUSH", "config:list", "1");
      foreign.send("SET", "config:junk", "{no JSON");
      assertTrue(ask(new RemoveConfig("aethercast", name, null, null, null)).removed());
      assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("aethercast", name));
      assertNull(versions(name).get(0).version());
    }
  }

  @Test
  void versions_areBoundedInBytesAndReadInPages() throws Exception {
    String huge = "\"" + "x".repeat(1_000_000);
    for (int i = 0; i < 12; i++) {
      ask(writing("x", huge + i + "\""));
    }
    assertTrue(foreign.number("MEMORY", "USAGE", "versions:{config:x}", "SAMPLES", "0") < 10 << 20);
    List<Long> numbers = new ArrayList<>();
    String cursor = null;
    do {
      ConfigVersions page = ask(new ListConfigVersions("aethercast", "x", cursor, null));
      assertTrue(RecordJson.write(page).length < 1 << 20);
      page.items().forEach(version -> numbers.add(version.number()));
      cursor = page.next();
    } while (cursor != null);
    assertEquals(List.of(12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L), numbers);
    ask(new RollbackConfig("aethercast", "x", 5, null, null));
    assertEquals(huge + "4\"", value("x"));
  }

  @Test
  void versions_areTheLatestFifty() throws Exception {
    for (int i = 0; i < 60; i++) {
      ask(writing("x", "" + i));
    }
    List<ConfigVersion> versions = versions("x");
    assertEquals(50, versions.size());
    assertEquals("[{\"op\":\"unknown\"}]", versions.get(49).diff().toString());
    ConfigVersions page = ask(new ListConfigVersions("aethercast", "x", null, 20));
    assertEquals("40", page.next());
    assertEquals(
        40L, ask(new ListConfigVersions("aethercast", "x", "40", 20)).items().get(0).number());
    assertRefused(Code.INVALID_PARAMETER, new ListConfigVersions("aethercast", "x", "a", null));
  }

  @Test
  void versionsOfEarlierReleases_areRead() throws Exception {
    foreign.send("SET", "config:x", "2");
    foreign.send(
        "RPUSH",
        "versions:{config:x}",
        "2 {\"at\":\"2026-01-02T00:00:00Z\",\"by\":\"bob\",\"value\":2,\"diff\":[{\"op\":\"more\"}]}",
        "1 {\"at\":\"2026-01-01T00:00:00Z\",\"by\":\"bob\",\"value\":1,\"diff\":[]}");
    ask(writing("x", "3"));
    List<ConfigVersion> versions = versions("x");
    assertEquals(3, versions.size());
    assertEquals(
        "[{\"op\":\"replace\",\"path\":\"\",\"from\":2,\"value\":3}]",
        versions.get(0).diff().toString());
    assertEquals("[{\"op\":\"more\"}]", versions.get(1).diff().toString());
    ask(new RollbackConfig("aethercast", "x", 1, null, null));
    assertEquals("1", value("x"));
  }

  @Test
  void changes_arePublishedOnEveryNode_forAnyWriter() throws Exception {
    Vertx second = Vertx.vertx();
    try {
      Bus other = anotherNode(second);
      BlockingQueue<ConfigChanged> here = new LinkedBlockingQueue<>();
      BlockingQueue<ConfigChanged> there = new LinkedBlockingQueue<>();
      await(bus.subscribe(ConfigChanged.class, here::add));
      await(other.subscribe(ConfigChanged.class, there::add));
      String version = ask(writing("x", "1")).version();
      for (BlockingQueue<ConfigChanged> received : List.of(here, there)) {
        assertEquals(
            new ConfigChanged("aethercast", "x", version, 1L), received.poll(20, TimeUnit.SECONDS));
      }
      foreign.send("DEL", "config:x");
      for (BlockingQueue<ConfigChanged> received : List.of(here, there)) {
        assertEquals(
            new ConfigChanged("aethercast", "x", null, null), received.poll(20, TimeUnit.SECONDS));
      }
      assertTrue(here.isEmpty() && there.isEmpty());
    } finally {
      await(second.close());
    }
  }

  @Test
  void changesWhileRedisDoesNotTell_areFoundByLooking() throws Exception {
    BlockingQueue<ConfigChanged> received = new LinkedBlockingQueue<>();
    await(bus.subscribe(ConfigChanged.class, received::add));
    ask(writing("x", "1"));
    assertEquals("x", received.poll(20, TimeUnit.SECONDS).name());
    foreign.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    foreign.send("SET", "config:x", "2");
    assertEquals(Document.of("2").version(), received.poll(20, TimeUnit.SECONDS).version());
    Awaitility.await().until(() -> value("x").equals("2"));
  }
}
