package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.testing.ForeignClient;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A watch reports every change in its own database, and none of others. */
class ConfigWatchTest extends CacheDeployment {

  private static final int FOREIGN = 150_000;

  private final BlockingQueue<ConfigChanged> received = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() throws Exception {
    await(bus.subscribe(ConfigChanged.class, received::add));
  }

  private long calls(String command) {
    String statistics = foreign.text("INFO", "commandstats");
    Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=([0-9]+)").matcher(statistics);
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }

  private void set(String name, String value) throws Exception {
    foreign.send("SET", "config:" + name, value);
    assertTold(name, Document.of(value).version());
  }

  private void assertTold(String name, String version) throws Exception {
    assertEquals(
        new ConfigChanged("aethercast", name, version, null), received.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void keysOfAnotherDatabase_areForgottenAtOnce() throws Exception {
    // A name that is known is never dropped, however many others wait.
    setInEachSpace("1");
    foreign.send("CONFIG", "RESETSTAT");
    try (ForeignClient other = foreignOf(9)) {
      other.send(
          "EVAL",
          "for i = 1, ARGV[1] do redis.call('SET', 'config:f' .. i, i) end",
          "0",
          "" + FOREIGN);
    }
    setInEachSpace("2");
    assertTrue(calls("exists") < FOREIGN / 10, () -> calls("exists") + " EXISTS");
    assertTrue(calls("mget") < 100, () -> calls("mget") + " MGET");
    foreign.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    foreign.send("CONFIG", "RESETSTAT");
    set("x", "3");
    assertTrue(calls("exists") + calls("mget") < 100, () -> calls("mget") + " MGET after the cut");
    assertTrue(received.isEmpty());
  }

  /**
   * Each space's watch hears of the names of all databases, and checks them in order. No recheck
   * falls into that time, which would check a known name before the others.
   */
  private void setInEachSpace(String value) throws Exception {
    set("x", value);
    for (int database = 1; database <= 2; database++) {
      try (ForeignClient other = foreignOf(database)) {
        other.send("SET", "config:x", value);
      }
      assertEquals("x", Objects.requireNonNull(received.poll(20, TimeUnit.SECONDS)).name());
    }
  }

  @Test
  void aConfigurationOfAName_isPublished_thoughManyOthersAreNot() throws Exception {
    try (ForeignClient other = foreignOf(9)) {
      for (int i = 0; i < 250; i++) {
        other.send("SET", "config:f" + i, "1");
        if (i % 50 == 25) {
          foreign.send("SET", "config:mine" + i, "1");
        }
      }
    }
    for (int i = 25; i < 250; i += 50) {
      assertTold("mine" + i, Document.of("1").version());
    }
    foreign.send("DEL", "config:mine25");
    assertTold("mine25", null);
  }

  @Test
  void awaitedConfiguration_isDelivered_withoutRedisNotifications() throws Exception {
    assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("aethercast", "later"));
    foreign.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    set("later", "1");
  }

  @Test
  void aKeyOfAnotherType_isNotLookedAtAgainAndAgain() throws Exception {
    set("x", "1");
    foreign.send("DEL", "config:x");
    assertTold("x", null);
    foreign.send("RPUSH", "config:x", "1");
    set("y", "1");
    assertRefused(Code.UNREADABLE_VALUE, new ReadConfig("aethercast", "x"));
    assertTrue(received.isEmpty());
  }

  /** Redis refuses the script at its first command, or only the append at its end. */
  @ParameterizedTest
  @ValueSource(strings = {"hget", "xadd"})
  void aChangeWhoseEventCouldNotBeAppended_isAppendedLater(String denied) throws Exception {
    for (Space space : access.spaces()) {
      access.outbox(space).want(Set.of("config-changed"), 100);
    }
    foreign.send("ACL", "LOG", "RESET");
    foreign.send("ACL", "SETUSER", "default", "-" + denied);
    try {
      set("x", "1");
      Awaitility.await().until(() -> foreign.text("ACL", "LOG").contains(denied));
    } finally {
      foreign.send("ACL", "SETUSER", "default", "+" + denied);
    }
    Awaitility.await().until(() -> foreign.number("XLEN", "outbox:{WEBHOOKS}:events") == 1);
    assertTrue(received.isEmpty());
  }
}
