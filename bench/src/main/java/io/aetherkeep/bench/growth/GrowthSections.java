package io.aetherkeep.bench.growth;

import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Rig;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.LinePlot;
import io.aetherkeep.bench.report.Section;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Plots of the processor time of a request as the entries, listeners or nodes grow in number. */
public final class GrowthSections {

  private static final String GROUP = "Growth of costs";
  private static final String API = "/api/v1/aethercast";
  private static final String TIME = "processor time, µs";
  private static final int MOST_NODES = 4;

  private GrowthSections() {}

  public static List<Section> sections() {
    return List.of(
        new Section("grow-entries", GROUP, GrowthSections::entries),
        new Section("grow-listeners", GROUP, GrowthSections::listeners),
        new Section("grow-nodes", GROUP, GrowthSections::nodes));
  }

  private static void entries(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    LinePlot plot =
        new LinePlot("entries", "Cost of a cached GET", "different entries that are read", TIME);
    String value = "{\"topic_id\": \"t\", \"text\": \"" + "x".repeat(572) + "\"}";
    int stored = 0;
    for (int step : new int[] {1000, 10_000, 50_000, 100_000, 200_000}) {
      int count = run.scale().of(step, step / 100);
      int from = stored;
      rig.fill("cache:topic:g", from, count, value);
      stored = count;
      List<Buffer> gets =
          IntStream.range(0, count)
              .mapToObj(i -> RawRequest.get(API + "/caches/topic/g" + i))
              .toList();
      // Fills the near cache.
      new Load(rig.vertx(), gets, rig.node().port()).count(count, 60);
      double[] cost = cost(run, rig, rig.node(), List.of(rig.node()), gets);
      plot.point("node", count, cost[0]);
      plot.point("Redis", count, cost[1]);
    }
    run.report().add(plot);
  }

  private static void listeners(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    Server node = rig.node();
    LinePlot plot =
        new LinePlot(
            "listeners", "Cost of listeners of one podcast", "listeners of the podcast", TIME);
    int playing = 0;
    for (int step : new int[] {10, 100, 1000, 10_000}) {
      int count = run.scale().of(step, Math.max(2, step / 20));
      open(rig, playing, count);
      playing = count;
      List<Buffer> counts = List.of(RawRequest.get(API + "/podcasts/grown/listeners"));
      List<Buffer> reports = new ArrayList<>();
      for (int i = 0; i < Math.min(count, 1000); i++) {
        // Alternating states, so that the node skips no report as unchanged.
        reports.add(report(i, "playing"));
        reports.add(report(i, "paused"));
      }
      plot.point("read of the count", count, sum(cost(run, rig, node, List.of(node), counts)));
      plot.point("report of a change", count, sum(cost(run, rig, node, List.of(node), reports)));
    }
    run.report().add(plot);
  }

  private static void open(Rig rig, int from, int to) throws Exception {
    List<Buffer> opens = new ArrayList<>();
    List<Buffer> plays = new ArrayList<>();
    for (int i = from; i < to; i++) {
      opens.add(
          RawRequest.json(
              "POST",
              API + "/sessions",
              "{\"id\": \"grown-" + i + "\", \"userId\": \"u" + i + "\"}"));
      plays.add(report(i, "playing"));
    }
    new Load(rig.vertx(), opens, rig.node().port()).count(opens.size(), 60);
    new Load(rig.vertx(), plays, rig.node().port()).count(plays.size(), 60);
  }

  private static Buffer report(int session, String state) {
    return RawRequest.json(
        "PUT",
        API + "/sessions/grown-" + session + "/playback",
        "{\"state\": \"" + state + "\", \"podcastId\": \"grown\"}");
  }

  private static double sum(double... parts) {
    return parts[0] + parts[1];
  }

  private static void nodes(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    LinePlot plot =
        new LinePlot("nodes", "Cost of a cached PUT in all processes", "nodes on one Redis", TIME);
    List<Buffer> puts =
        Rig.each(
            i ->
                RawRequest.json(
                    "PUT", API + "/caches/topic/n" + i, "{\"text\": \"" + "x".repeat(580) + "\"}"));
    List<Server> nodes = new ArrayList<>(List.of(rig.node()));
    for (int count = 1; count <= MOST_NODES; count++) {
      if (count > 1) {
        nodes.add(rig.node("node " + count, Map.of()));
      }
      double[] cost = cost(run, rig, rig.node(), nodes, puts);
      plot.point("nodes", count, cost[0]);
      plot.point("Redis", count, cost[1]);
    }
    run.report().add(plot);
  }

  /** Returns the processor time of a request, in all nodes and in Redis, in microseconds. */
  private static double[] cost(
      BenchRun run, Rig rig, Server loaded, List<Server> nodes, List<Buffer> requests)
      throws Exception {
    new Load(rig.vertx(), requests, loaded.port()).run(run.scale().warmUp() / 3);
    long node = nanos(nodes);
    long redis = rig.redisNanos();
    Load.Result result = new Load(rig.vertx(), requests, loaded.port()).run(run.scale().seconds());
    if (result.failed() > 0 || result.answered() == 0) {
      throw new IllegalStateException(
          "%d answered, %d failed".formatted(result.answered(), result.failed()));
    }
    double each = result.answered() * 1000.0;
    return new double[] {(nanos(nodes) - node) / each, (rig.redisNanos() - redis) / each};
  }

  private static long nanos(List<Server> servers) {
    return servers.stream().mapToLong(server -> server.cpu().toNanos()).sum();
  }
}
