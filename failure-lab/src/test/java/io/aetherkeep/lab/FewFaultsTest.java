package io.aetherkeep.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.RequestCounts;
import io.aetherkeep.lab.cluster.Backend;
import io.aetherkeep.lab.cluster.Cluster;
import io.aetherkeep.lab.cluster.Fault;
import io.aetherkeep.lab.cluster.Faults;
import io.aetherkeep.lab.cluster.LabNodeProcess;
import io.aetherkeep.lab.cluster.RedisProbe;
import io.aetherkeep.lab.cluster.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * The most telling faults, each on two real nodes under load; all of them are run by the lab. Times
 * are held to several times what they should be, for the machine has other things to do.
 */
@TestInstance(Lifecycle.PER_CLASS)
class FewFaultsTest {

  private static final long PATIENCE_MILLIS = 10_000;
  private static final String PATH = "/api/v1/content/streams/";

  @TempDir static Path directory;

  private Cluster cluster;

  @BeforeAll
  void start() {
    cluster = new Cluster(directory);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @TestFactory
  List<DynamicTest> nothingIsLost() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Fault fault : Faults.few()) {
      tests.add(
          DynamicTest.dynamicTest(fault.name(), () -> check(new Trial(cluster, fault).run())));
    }
    return tests;
  }

  /** Redis has the append, and its node is killed before it can answer. */
  @Test
  void appendWhoseNodeDiesBeforeItAnswers_isThereOnceWhenItIsSentAgain() {
    Client client = new Client(cluster, new RequestCounts());
    String path = PATH + appendUnanswered(client);
    assertTrue(
        Waiting.until(
            Duration.ofSeconds(30), () -> append(client, cluster.first(), path).status() == 204));
    assertEquals("token", client.to(cluster.first().url(), "GET", path, "").body());
    cluster.second().start();
    assertEquals("token", client.to(cluster.second().url(), "GET", path, "").body());
  }

  /**
   * Kills the second node between its append and its answer, and returns the name of the stream.
   * The reply of Redis takes 300 ms, and on a busy machine the kill may come too late: then it is
   * tried again.
   */
  private String appendUnanswered(Client client) {
    for (int i = 0; i < 10; i++) {
      String name = "died" + i;
      client.to(cluster.first().url(), "PUT", PATH + name, "", "Content-Type", "text/plain");
      cluster.proxy().delay(300);
      CompletableFuture<Answer> sent =
          CompletableFuture.supplyAsync(() -> append(client, cluster.second(), PATH + name));
      boolean stored =
          Waiting.until(Duration.ofSeconds(10), () -> stored(cluster.redis(), name) == 5);
      cluster.second().kill();
      cluster.proxy().delay(0);
      if (stored && sent.join().status() == 0) {
        return name;
      }
      cluster.second().start();
    }
    return fail("each append was answered before its node was killed");
  }

  private static Answer append(Client client, LabNodeProcess node, String path) {
    return client.to(
        node.url(),
        "POST",
        path,
        "token",
        "Content-Type",
        "text/plain",
        "Producer-Id",
        "p",
        "Producer-Epoch",
        "0",
        "Producer-Seq",
        "0");
  }

  private static long stored(Backend redis, String name) {
    try (RedisProbe resp = redis.connect(2)) {
      return resp.number("STRLEN", "chunk:{stream:" + name + "}:0");
    }
  }

  private static void check(Row row) {
    assertEquals(List.of(), row.complaints(), row::toString);
    assertTrue(row.tally().attemptCount() > 0);
    assertTrue(row.slowest() < PATIENCE_MILLIS, () -> "the slowest took " + row.slowest() + " ms");
    assertTrue(row.up() >= 0 && row.up() < PATIENCE_MILLIS, () -> "ready after " + row.up());
    assertTrue(row.whole() >= 0, "not every write was taken again");
    if (row.fault().away()) {
      assertTrue(
          row.down() >= 0 && row.down() < PATIENCE_MILLIS, () -> "not ready after " + row.down());
      assertTrue(row.tally().of(RequestCounts.Fate.MEMORY) > 0, "nothing was answered from memory");
    }
  }
}
