package io.aetherkeep.health;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with outcomes of one provider agree on its status, and announce each change once. */
class ProviderClusterTest extends HealthDeployment {

  private HealthNode other;

  @BeforeEach
  void addOther() throws Exception {
    other = addNode();
  }

  @Test
  void whatOneNodeCounted_theOtherKnowsAtOnce() throws Exception {
    for (int i = 0; i < 4; i++) {
      nodes.get(i % 2).ask(reporting("p", BAD));
    }
    assertEquals(Status.DISABLED, node.ask(reporting("p", BAD)).status());
    ProviderHealth seen = other.ask(new ReadProvider(COUNCIL, "p"));
    assertEquals(node.ask(new ReadProvider(COUNCIL, "p")), seen);
    assertEquals(Status.DISABLED, seen.status());
    assertEquals(5, seen.requests());
  }

  @Test
  void allOutcomesOfTwoNodes_count() throws Exception {
    List<Future<ProviderHealth>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(nodes.get(i % 2).asks(reporting("p", GOOD, BAD, GOOD)));
    }
    await(Future.all(all));
    ProviderHealth shown = read("p");
    assertEquals(600, shown.requests());
    assertEquals(0.6667, shown.successRate());
  }

  @Test
  void aChange_isPublishedOnce_forManyReports() throws Exception {
    for (int round = 0; round < 20; round++) {
      String id = "p" + round;
      List<Future<ProviderHealth>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        all.add(nodes.get(i % 2).asks(reporting(id, BAD)));
      }
      await(Future.all(all));
      node.ask(new DisableProvider(COUNCIL, id, "end of round", null));
      assertEquals(List.of("healthy>disabled: 5 failures in a row"), changesSoFar(id));
    }
  }

  /** Changes announced before a last marker. */
  private List<String> changesSoFar(String id) throws Exception {
    node.ask(new EnableProvider(COUNCIL, id, "end", null));
    Awaitility.await().until(() -> changes(id).stream().anyMatch(change -> change.endsWith("end")));
    return changes(id).stream().filter(change -> !change.endsWith("end")).toList();
  }

  @Test
  void aChange_isPublishedWithRecordAndReason() throws Exception {
    report("p", 5, BAD);
    Awaitility.await().until(() -> !node.heard(ProviderHealthChanged.class).isEmpty());
    ProviderHealthChanged received = node.heard(ProviderHealthChanged.class).get(0);
    assertEquals(
        new ProviderHealthChanged(
            COUNCIL, "p", Status.HEALTHY, Status.DISABLED, "5 failures in a row", read("p")),
        received);
  }

  /** A batch is one script, and does not wait for other replies. */
  @Test
  void aBatchOfOutcomes_isOneScript() throws Exception {
    report("p", 1, GOOD);
    foreign.send("CONFIG", "RESETSTAT");
    report("p", 1000, GOOD);
    String stats = foreign.text("INFO", "commandstats");
    assertTrue(stats.contains("cmdstat_evalsha:calls=1,"), stats);
  }

  @Test
  void sequencesOfChanges_areUnbroken() throws Exception {
    List<Future<ProviderHealth>> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      all.add(nodes.get(i % 2).asks(reporting("p", i % 40 < 8 ? BAD : GOOD)));
      if (i % 20 == 0) {
        await(Future.all(all));
        clock.move(Duration.ofSeconds(31));
      }
    }
    await(Future.all(all));
    report("p", 5, BAD);
    Awaitility.await()
        .until(() -> changes("p").stream().anyMatch(received -> received.endsWith("row")));
    long into = changes("p").stream().filter(received -> received.contains(">disabled")).count();
    long outOf = changes("p").stream().filter(received -> received.startsWith("disabled>")).count();
    assertTrue(into - outOf == 0 || into - outOf == 1, () -> changes("p").toString());
  }
}
