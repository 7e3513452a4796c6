package io.aetherkeep.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stale copy holds the last value of an entry that expired. */
class StaleCopiesTest extends OriginDeployment {

  @BeforeEach
  void load() throws Exception {
    loadOnce("old");
    records.fail(true);
  }

  private void assertNoStaleCopy() {
    Awaitility.await().until(() -> foreign.number("EXISTS", STALE) == 0);
    Awaitility.await()
        .untilAsserted(() -> assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "a")));
  }

  @Test
  void aForeignRemoval_takesTheStaleCopyToo() {
    foreign.send("DEL", KEY);
    assertNoStaleCopy();
  }

  @Test
  void aForeignWriteThatEnds_leavesNoOlderStaleCopy() {
    foreign.send("SET", KEY, "\"newer\"", "PX", "1");
    assertNoStaleCopy();
  }

  @Test
  void aForeignWriteOfAnotherType_leavesNoStaleCopy() {
    foreign.send("EVAL", "redis.call('DEL', KEYS[1]) redis.call('SADD', KEYS[1], 1)", "1", KEY);
    Awaitility.await().until(() -> foreign.number("EXISTS", STALE) == 0);
  }

  @Test
  void aLifetimeThatOthersProlong_movesTheEndOfTheStaleCopy() {
    foreign.send("PEXPIRE", KEY, Duration.ofHours(5).toMillis());
    Awaitility.await().until(() -> foreign.number("PTTL", STALE) > Duration.ofHours(5).toMillis());
    foreign.send("DEL", KEY);
    assertNoStaleCopy();
  }

  @Test
  void changesWithoutNotifications_areFoundAfterwards() {
    for (int i = 0; i < 3; i++) {
      foreign
          .text("CLIENT", "LIST")
          .lines()
          .filter(line -> line.matches(".* flags=[a-zA-Z]*B.*"))
          .map(line -> line.replaceFirst("^id=([0-9]+) .*$", "$1"))
          .forEach(id -> foreign.send("CLIENT", "KILL", "ID", id));
    }
    foreign.send("DEL", KEY);
    assertNoStaleCopy();
  }

  @Test
  void aStaleCopyOfAnotherType_countsAsNone() throws Exception {
    records.fail(false);
    foreign.send("EVAL", "redis.call('DEL', KEYS[1], KEYS[2])", "2", KEY, STALE);
    foreign.send("SET", STALE, "of an earlier release");
    foreign.send("HSET", "claim:{" + KEY + "}", "a", "1");
    Awaitility.await().until(() -> read("topic", "a").value().toString().equals("\"old\""));
    assertEquals("hash", foreign.text("TYPE", STALE));
  }

  @Test
  void manyForeignChanges_areLookedAtWithFewCommands() {
    List<Object> all = new ArrayList<>(List.of("MSET"));
    for (int i = 0; i < 5000; i++) {
      Collections.addAll(all, "cache:topic:t" + i, "1");
    }
    foreign.send("CONFIG", "RESETSTAT");
    foreign.send(all.toArray());
    foreign.send("DEL", KEY);
    assertNoStaleCopy();
    String scripts =
        foreign
            .text("INFO", "commandstats")
            .replaceFirst("(?s).*cmdstat_evalsha:calls=([0-9]+),.*", "$1");
    assertTrue(Integer.parseInt(scripts) < 1000, scripts);
  }
}
