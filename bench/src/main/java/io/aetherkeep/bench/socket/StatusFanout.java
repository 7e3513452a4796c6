package io.aetherkeep.bench.socket;

import io.aetherkeep.bench.fanout.Arrivals;
import io.aetherkeep.bench.fanout.Fanout;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.SocketLoad;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.LinePlot;
import io.aetherkeep.embedded.EmbeddedRedis;
import java.util.Map;

/**
 * Comparison of fan-out to event streams of a status, beside a bare handler that writes to as many
 * responses; also from a second node on the same Redis.
 */
final class StatusFanout {

  private static final String PATH = SocketLoad.API + "/status/crawl/c1";
  private static final String OTHER = "put on another node";

  private StatusFanout() {}

  static void measure(BenchRun run) throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Server bare = Server.baseline("bare handler", Map.of(), "bare-streams");
        Server node = Server.aetherkeep(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Server other = Server.aetherkeep(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        SocketLoad load = new SocketLoad()) {
      node.require("PUT", PATH, SocketSections.document("1000000"));
      Arrivals arrivals = new Arrivals("\"n\":", 7);
      Fanout fanout =
          new Fanout(run, arrivals, "%d")
              .with("aetherkeep", node, SocketSections.put(load.writer(node)))
              .with("bare handler", bare, SocketSections.put(load.writer(bare)))
              .with(OTHER, node, SocketSections.put(load.writer(other)));
      LinePlot plot =
          new LinePlot(
              "watchers",
              "One change to the last event stream",
              "watchers of a status",
              "time to the last, ms");
      int watchers = 0;
      for (int step : new int[] {500, 1000, 2500, 5000}) {
        int wanted = run.scale().of(step, step / 10);
        load.follow(node, wanted - watchers, PATH, arrivals::receiver);
        load.follow(bare, wanted - watchers, PATH, arrivals::receiver);
        watchers = wanted;
        fanout.measure(watchers);
        for (String line : new String[] {"aetherkeep", "bare handler"}) {
          plot.point(line, watchers, fanout.median(line));
        }
      }
      fanout.rows("one change to %,d event streams".formatted(watchers), Goal.ratioAtMost(1.0));
      run.report().add(plot);
    }
  }
}
