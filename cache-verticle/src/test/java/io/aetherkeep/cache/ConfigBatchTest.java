package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersion;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWrite;
import io.aetherkeep.catalogue.ConfigAsks.ConfigsWritten;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigs;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfigs;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several configurations are changed at once: all or none, under one version number. */
class ConfigBatchTest extends CacheDeployment {

  private static ConfigWrite set(String name, String json) {
    return new ConfigWrite(name, Document.of(json), null, null, null);
  }

  private static ConfigWrite remove(String name) {
    return new ConfigWrite(name, null, true, null, null);
  }

  private static ConfigWrite at(String version, ConfigWrite write) {
    return new ConfigWrite(write.name(), write.value(), write.remove(), version, null);
  }

  private static WriteConfigs writing(ConfigWrite... configs) {
    return new WriteConfigs("aethercast", List.of(configs), "ann", null);
  }

  private String value(String name) throws Exception {
    return ask(new ReadConfig("aethercast", name)).value().toString();
  }

  private ConfigVersion newest(String name) throws Exception {
    return ask(new ListConfigVersions("aethercast", name, null, null)).items().get(0);
  }

  @Test
  void all_haveOneVersionInHistoryAndList() throws Exception {
    ask(new WriteConfig("aethercast", "a", Document.of("0"), null, false, null, null));
    ask(new WriteConfig("aethercast", "a", Document.of("1"), null, false, null, null));
    ConfigsWritten written = ask(writing(set("b", "2"), set("a", "3"), remove("none")));
    assertEquals(3, written.number());
    assertEquals(
        List.of("b", "a", "none"), written.configs().stream().map(one -> one.name()).toList());
    assertTrue(written.configs().get(0).created());
    assertFalse(written.configs().get(1).created());
    assertEquals(Document.of("3").version(), written.configs().get(1).version());
    assertNull(written.configs().get(2).version());
    for (String name : List.of("a", "b")) {
      assertEquals(3, newest(name).number());
      assertEquals("ann", newest(name).by());
    }
    ask(new ListConfigs("aethercast", null, null))
        .items()
        .forEach(row -> assertEquals(3, row.number()));
    ask(writing(set("a", "4"), remove("b")));
    assertNull(newest("b").version());
    assertEquals(4, newest("b").number());
    ask(new RollbackConfig("aethercast", "b", 3, null, null));
    assertEquals("2", value("b"));
    assertEquals(0, ask(writing(remove("none"))).number());
  }

  @Test
  void oneConflict_leavesAllAsTheyWere() throws Exception {
    String version =
        ask(new WriteConfig("aethercast", "a", Document.of("1"), null, false, null, null))
            .version();
    foreign.send("SET", "config:b", "1");
    assertRefused(
        Code.VERSION_CONFLICT,
        writing(set("c", "2"), at(version, set("a", "2")), at("1-1", set("b", "2"))));
    assertRefused(
        Code.VERSION_CONFLICT,
        writing(set("c", "2"), new ConfigWrite("a", Document.of("2"), null, null, true)));
    assertRefused(Code.VERSION_CONFLICT, writing(set("c", "2"), at("*", set("none", "2"))));
    assertRefused(
        Code.INVALID_CONFIG, writing(set("c", "2"), set("deliberation", "{\"rounds\":9}")));
    assertEquals("1", value("a"));
    assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("aethercast", "c"));
    assertEquals(0, foreign.number("EXISTS", "versions:{config:c}", "versions:{config:b}"));
    ask(writing(at(version, set("a", "2")), at("*", remove("b"))));
    assertEquals("2", value("a"));
    assertEquals("another service", versions("b").get(1).by());
  }

  private List<ConfigVersion> versions(String name) throws Exception {
    return ask(new ListConfigVersions("aethercast", name, null, null)).items();
  }

  @Test
  void whatIsNoBatch_isRefused() {
    assertRefused(Code.INVALID_BODY, writing());
    assertRefused(Code.INVALID_BODY, writing(set("a", "1"), set("a", "2")));
    assertRefused(Code.INVALID_BODY, writing(new ConfigWrite("a", null, null, null, null)));
    assertRefused(
        Code.INVALID_BODY, writing(new ConfigWrite("a", Document.of("1"), true, null, null)));
    assertRefused(Code.INVALID_BODY, writing(new ConfigWrite("a", null, true, null, true)));
    assertRefused(Code.INVALID_ID, writing(set("a b", "1")));
    ConfigWrite[] many =
        IntStream.rangeClosed(0, 32).mapToObj(i -> set("c" + i, "1")).toArray(ConfigWrite[]::new);
    assertRefused(Code.INVALID_BODY, writing(many));
  }

  /** Each of two nodes reads both and swaps them: who loses, reads again. */
  @Test
  void twoWritersOnTwoNodes_neverMixTheirValues() throws Exception {
    Vertx second = Vertx.vertx();
    try {
      Bus other = anotherNode(second);
      ask(writing(set("a", "0"), set("b", "0")));
      List<Future<Void>> writers = new ArrayList<>();
      for (Bus node : List.of(bus, other)) {
        writers.add(increment(node, 20));
        writers.add(increment(node, 20));
      }
      for (Future<Void> writer : writers) {
        await(writer);
      }
      assertEquals("80", foreign.text("GET", "config:a"));
      assertEquals("80", foreign.text("GET", "config:b"));
      assertEquals(newest("a").number(), newest("b").number());
      assertEquals(
          versions("a").stream().map(one -> one.number() + one.version()).toList(),
          versions("b").stream().map(one -> one.number() + one.version()).toList());
    } finally {
      await(second.close());
    }
  }

  private static Future<Void> increment(Bus node, int times) {
    if (times == 0) {
      return Future.succeededFuture();
    }
    return Future.all(
            node.ask(new ReadConfig("aethercast", "a")),
            node.ask(new ReadConfig("aethercast", "b")))
        .compose(
            read -> {
              BothConfigs both = new BothConfigs(read.list());
              return node.ask(writing(both.next("a"), both.next("b")));
            })
        .transform(
            done ->
                done.succeeded()
                    ? increment(node, times - 1)
                    : Failure.from(done.cause()).code() == Code.VERSION_CONFLICT
                        ? increment(node, times)
                        : Future.failedFuture(done.cause()));
  }

  private record BothConfigs(List<Config> configs) {

    ConfigWrite next(String name) {
      return configs.stream()
          .filter(config -> config.name().equals(name))
          .map(
              config ->
                  at(
                      config.version(),
                      set(name, "" + (Integer.parseInt(config.value().toString()) + 1))))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void watchersOnEveryNode_getOneEventEachWithTheSameNumber() throws Exception {
    Vertx second = Vertx.vertx();
    try {
      Bus other = anotherNode(second);
      List<BlockingQueue<ConfigChanged>> nodes =
          List.of(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
      await(bus.subscribe(ConfigChanged.class, nodes.get(0)::add));
      await(other.subscribe(ConfigChanged.class, nodes.get(1)::add));
      ask(writing(set("a", "1"), set("b", "2")));
      assertHeard(nodes, 1, "a", "b");
      ask(writing(remove("a"), set("c", "3")));
      assertHeard(nodes, 2, "a", "c");
    } finally {
      await(second.close());
    }
  }

  private static void assertHeard(
      List<BlockingQueue<ConfigChanged>> nodes, long number, String... names) throws Exception {
    for (BlockingQueue<ConfigChanged> heard : nodes) {
      TreeSet<String> changed = new TreeSet<>();
      for (int i = 0; i < names.length; i++) {
        ConfigChanged event = heard.poll(20, TimeUnit.SECONDS);
        assertEquals(number, event.number());
        changed.add(event.name());
      }
      assertEquals(new TreeSet<>(List.of(names)), changed);
      assertTrue(heard.isEmpty());
    }
  }

  @Test
  void largeValues_areWrittenAtOnce() throws Exception {
    String large = "\"" + "x".repeat(500_000) + "\"";
    for (int round = 0; round < 3; round++) {
      ConfigWrite[] all =
          IntStream.range(0, 8).mapToObj(i -> set("c" + i, large)).toArray(ConfigWrite[]::new);
      assertEquals(round + 1, ask(writing(all)).number());
    }
    assertEquals(large, value("c7"));
  }
}
