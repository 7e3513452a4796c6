package io.aetherkeep.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Temporary statuses end without reads or reports, once, however many nodes sweep. */
class ProviderSweepTest extends HealthDeployment {

  private static final String DUE = "index:providers-due";

  @Override
  protected HealthSettings settings() {
    return new HealthSettings(Duration.ofMillis(20), ProviderRules.usual(), Map.of());
  }

  @BeforeEach
  void addOther() throws Exception {
    addNode();
  }

  /** Waits for many sweeps without further announcements. */
  private void sweepsLater() throws Exception {
    disable("marker", 1L);
    clock.move(Duration.ofSeconds(1));
    await().until(() -> changes("marker").size() == 2);
  }

  @Test
  void aTrial_beginsByItself() throws Exception {
    report("p", 5, BAD);
    assertEquals(clock.millis() + 30_000, score("p"));
    clock.move(Duration.ofSeconds(30));
    await().until(() -> read("p").trial());
    await().until(() -> changes("p").size() == 2);
    sweepsLater();
    List<String> received =
        List.of("disabled>degraded: on trial", "healthy>disabled: 5 failures in a row");
    assertEquals(received, changes("p").stream().sorted().toList());
    assertEquals(-1, score("p"));
    assertEquals("degraded", foreign.text("HGET", key("p"), "status"));
  }

  @Test
  void manyTrials_beginOnceEach() throws Exception {
    for (int i = 0; i < 250; i++) {
      report("p" + i, 5, BAD);
    }
    clock.move(Duration.ofSeconds(30));
    for (int i = 0; i < 250; i++) {
      String id = "p" + i;
      await().until(() -> read(id).trial());
    }
    sweepsLater();
    for (int i = 0; i < 250; i++) {
      assertEquals(2, changes("p" + i).size());
    }
    await().until(() -> foreign.number("ZCARD", DUE) == 0);
  }

  @Test
  void aManualOverride_expires() throws Exception {
    disable("off", 60L);
    enable("on", 60L);
    disable("long", null);
    clock.move(Duration.ofMinutes(1));
    await().until(() -> read("off").status() == Status.HEALTHY && !read("on").byHand());
    sweepsLater();
    assertEquals(
        List.of(
            "disabled>healthy: the manual override has expired", "healthy>disabled: maintenance"),
        changes("off").stream().sorted().toList());
    assertEquals(List.of(), changes("on"));
    assertEquals(Status.DISABLED, read("long").status());
  }

  @Test
  void whatADeadNodeClaimed_isTakenOverAfterItsLease() throws Exception {
    report("p", 5, BAD);
    clock.move(Duration.ofSeconds(29));
    foreign.send("ZADD", DUE, (clock.millis() + 30_000) + ".5", "p");
    clock.move(Duration.ofSeconds(29));
    sweepsLater();
    assertEquals(Status.DISABLED, read("p").status());
    clock.move(Duration.ofSeconds(1));
    await().until(() -> read("p").trial());
  }

  @Test
  void oneThatIsGone_isLookedAtNoMore() throws Exception {
    report("p", 5, BAD);
    foreign.send("DEL", key("p"), window("p"));
    clock.move(Duration.ofSeconds(30));
    await().until(() -> score("p") == -1);
    assertEquals(0, foreign.number("EXISTS", key("p")));
  }

  @Test
  void oneThatCannotBeRead_keepsNobodyWaiting() throws Exception {
    report("bad", 5, BAD);
    report("good", 5, BAD);
    foreign.send("SET", window("bad"), "something else");
    clock.move(Duration.ofSeconds(30));
    await().until(() -> read("good").trial());
    sweepsLater();
  }

  private long score(String id) {
    Object score = foreign.send("ZSCORE", DUE, id);
    return score == null ? -1 : (long) Double.parseDouble(score.toString());
  }
}
