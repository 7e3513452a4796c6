package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.testing.ForeignClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rechecks of a watch: it reads known names again though Redis reported no change. */
class ConfigRecheckTest extends CacheDeployment {

  private final BlockingQueue<ConfigChanged> received = new LinkedBlockingQueue<>();

  @Override
  protected CacheSettings settings() {
    CacheSettings usual = CacheSettings.usual();
    return new CacheSettings(
        new CacheSettings.Near(
            usual.near().size(),
            usual.near().blindTtl(),
            usual.near().outage(),
            Duration.ofSeconds(2)),
        usual.loading(),
        usual.postgres(),
        Map.of("council", new Declarations(Dialect.COUNCIL, "", Map.of("config", "bus"))));
  }

  @BeforeEach
  void listen() throws Exception {
    await(bus.subscribe(ConfigChanged.class, received::add));
  }

  @Test
  void aNameThatDoesNotExist_isNotLoadedAgainByTheWatch() throws Exception {
    FakeRecords records = new FakeRecords();
    records.serve(vertx, "config");
    assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("council", "none"));
    assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("council", "later"));
    try (ForeignClient council = foreignOf(1)) {
      // Otherwise the claims say for a while that the origin has none.
      council.send("DEL", "claim:{config:none}", "claim:{config:later}");
    }
    foreign.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    try (ForeignClient council = foreignOf(1)) {
      for (String value : List.of("1", "2")) {
        council.send("SET", "config:later", value);
        assertEquals(
            new ConfigChanged("council", "later", Document.of(value).version(), null),
            received.poll(20, TimeUnit.SECONDS));
      }
    }
    assertEquals(2, records.asked());
  }

  @Test
  void swappedDatabases_areSeenByLookingNowAndThen() throws Exception {
    foreign.send("SET", "config:x", "1");
    assertTold("1");
    foreign.send("SET", "cache:topic:t", "1");
    assertEquals("1", read("topic", "t").value().toString());
    try (ForeignClient other = foreignOf(9)) {
      other.send("SET", "config:x", "2");
      other.send("SET", "cache:topic:t", "2");
      foreign.send("SWAPDB", "0", "9");
      assertTold("2");
      Awaitility.await().until(() -> read("topic", "t").value().toString().equals("2"));
      assertEquals("2", ask(new ReadConfig("aethercast", "x")).value().toString());
    }
  }

  private void assertTold(String value) throws Exception {
    assertEquals(
        new ConfigChanged("aethercast", "x", Document.of(value).version(), null),
        received.poll(20, TimeUnit.SECONDS));
  }
}
