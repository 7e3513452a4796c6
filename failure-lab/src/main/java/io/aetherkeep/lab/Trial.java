package io.aetherkeep.lab;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.ReadinessLog;
import io.aetherkeep.lab.client.RequestCounts;
import io.aetherkeep.lab.cluster.Cluster;
import io.aetherkeep.lab.cluster.Fault;
import io.aetherkeep.lab.cluster.Waiting;
import io.aetherkeep.lab.work.KeyAudit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Trial of one fault: injects it into a cluster under load and collects the result. */
final class Trial {

  private static final Duration WARM = Duration.ofSeconds(2);
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AFTER = Duration.ofMillis(1500);

  private final Cluster cluster;
  private final Fault fault;
  private final RequestCounts tally = new RequestCounts();
  private final Client client;

  Trial(Cluster cluster, Fault fault) {
    this.cluster = cluster;
    this.fault = fault;
    this.client = new Client(cluster, tally);
  }

  Row run() throws Exception {
    cluster.balance(cluster.nodes());
    try {
      return runIt();
    } finally {
      cluster.release();
    }
  }

  private Row runIt() throws Exception {
    List<String> usual = cluster.urls();
    fault.prepare().on(cluster);
    if (!cluster.urls().equals(usual)) {
      ClientPool.warm(cluster);
    }
    ClientPool clients = new ClientPool(cluster, tally);
    clients.start();
    Waiting.pass(WARM);
    tally.begin();
    try (ReadinessLog readiness = new ReadinessLog(cluster.urls(), client)) {
      Waiting.until(PATIENCE, readiness::isUp);
      final long begun = System.nanoTime();
      fault.begin().on(cluster);
      hold();
      fault.end().on(cluster);
      final long ended = System.nanoTime();
      final boolean whole = Waiting.until(PATIENCE, this::takesEveryWrite);
      final long wholeAt = System.nanoTime();
      Waiting.until(PATIENCE, readiness::isUp);
      Waiting.pass(AFTER);
      clients.stop();
      Row row =
          new Row(
              fault,
              tally,
              tally.slowest(),
              clients.lost(fault),
              clients.revived(),
              KeyAudit.endless(cluster.probes()),
              clients.breaks(),
              clients.resumed(),
              clients.gaps(),
              fault.away() ? readiness.millisUntilDown(begun) : -1,
              readiness.millisUntilUp(ended),
              whole ? (wholeAt - ended) / 1_000_000 : -1,
              Stream.of(tally.notes(), cluster.drainProblems())
                  .flatMap(Collection::stream)
                  .toList());
      clients.leave();
      return row;
    }
  }

  private void hold() throws Exception {
    long end = System.nanoTime() + fault.hold().toNanos();
    while (System.nanoTime() < end) {
      fault.during().on(cluster);
      Waiting.pass(STEP);
    }
  }

  /** Whether each node accepts each kind of write, without keeping it for later. */
  private boolean takesEveryWrite() {
    List<Answer> answers = new ArrayList<>();
    String id = UUID.randomUUID().toString();
    for (String url : cluster.urls()) {
      String api = "/api/v1/aethercast/";
      answers.add(client.to(url, "PUT", api + "caches/topic/" + id, "{}"));
      answers.add(
          client.to(url, "POST", api + "sessions", "{\"id\": \"" + url.hashCode() + id + "\"}"));
      answers.add(client.to(url, "PUT", api + "streams/" + url.hashCode() + id, ""));
      answers.add(client.to(url, "PUT", api + "status/crawl/" + id, "{\"status\": \"running\"}"));
      answers.add(
          client.to(url, "POST", api + "providers/" + id + "/outcomes", "{\"success\": true}"));
    }
    return answers.stream().allMatch(answer -> answer.isGood() && answer.status() != 202);
  }
}
