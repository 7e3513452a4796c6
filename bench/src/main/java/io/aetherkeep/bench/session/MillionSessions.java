package io.aetherkeep.bench.session;

import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Rig;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.LinePlot;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Measurement of very many live sessions: the bytes of each in Redis beside a plain key with the
 * same document, the cost of a read, and the cost of the sweeper without requests.
 */
final class MillionSessions {

  private static final String READ = "/sessions/known-";
  private static final int KNOWN = 1000;
  private static final int USERS_SHARE = 10;

  private MillionSessions() {}

  static void measure(BenchRun run) throws Exception {
    int most = run.scale().of(1_000_000, 20_000);
    Rig rig = Rig.of(run);
    Server node = rig.node();
    LinePlot plot =
        new LinePlot("sessions", "Cost of a session read", "live sessions", "processor time, µs");
    for (int i = 0; i < KNOWN; i++) {
      node.require(
          "POST",
          SessionSections.API + "/sessions",
          SessionSections.opening("\"id\": \"known-" + i + "\", ", "u" + i));
    }
    List<Buffer> opens = SessionSections.opens(most / USERS_SHARE);
    long empty = Rig.info(rig.redis(), "memory", "used_memory");
    int live = 0;
    double sweepBefore = 0;
    for (int wanted = most / 1000; wanted <= most; wanted *= 10) {
      Load.Result opened = new Load(rig.vertx(), opens, node.port()).count(wanted - live, 600);
      if (opened.failed() > 0) {
        throw new IllegalStateException(opened.failed() + " sessions were not opened");
      }
      live = wanted;
      run.progress("       %,d sessions live".formatted(live));
      plot.point("with Redis", live, read(run, rig));
      if (wanted == most / 100) {
        sweepBefore = idle(run, rig);
      }
      if (wanted == most) {
        double sweep = idle(run, rig);
        bytes(run, rig, empty, live);
        run.row(
            "%,d live sessions".formatted(live),
            "processor time a second of node and Redis without requests",
            "ms",
            List.of(sweep),
            "%,d sessions".formatted(live / 100),
            List.of(sweepBefore),
            Goal.ratioAtMost(1.5));
      }
    }
    run.report().add(plot);
  }

  private static void bytes(BenchRun run, Rig rig, long empty, int live) throws Exception {
    double ours = (Rig.info(rig.redis(), "memory", "used_memory") - empty) / (double) live;
    run.row(
        "%,d live sessions".formatted(live),
        "bytes of each in Redis",
        "B",
        List.of(ours),
        "plain key",
        List.of(plain(rig, live)),
        Goal.ratioAtMost(1.8));
  }

  /** Returns the bytes of a plain key with the document of a session. */
  private static double plain(Rig rig, int count) throws Exception {
    String document = rig.stored("session:known-1");
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      Vertx vertx = rig.vertx();
      RedisConnection connection =
          Rig.get(
              Redis.createClient(
                      vertx,
                      new RedisOptions()
                          .setConnectionString(redis.url())
                          .setMaxWaitingHandlers(100_000))
                  .connect());
      long before = Rig.info(redis, "memory", "used_memory");
      List<Request> some = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        some.add(
            Request.cmd(Command.SETEX).arg("session:" + UUID.randomUUID()).arg(1800).arg(document));
        if (some.size() == 1000 || i == count - 1) {
          Rig.get(connection.batch(some));
          some.clear();
        }
      }
      double each = (Rig.info(redis, "memory", "used_memory") - before) / (double) count;
      connection.close();
      return each;
    }
  }

  /** Returns the processor time of a read, Redis included, in microseconds. */
  private static double read(BenchRun run, Rig rig) throws Exception {
    List<Buffer> reads = new ArrayList<>();
    for (int i = 0; i < KNOWN; i++) {
      reads.add(RawRequest.get(SessionSections.API + READ + i));
    }
    long before = rig.node().cpu().toNanos() + rig.redisNanos();
    Load.Result result = new Load(rig.vertx(), reads, rig.node().port()).run(run.scale().seconds());
    return (rig.node().cpu().toNanos() + rig.redisNanos() - before) / 1000.0 / result.answered();
  }

  /** Returns the processor time a second, in milliseconds, while no request comes. */
  private static double idle(BenchRun run, Rig rig) throws Exception {
    int seconds = run.scale().of(4, 1);
    rig.vertx().timer(500).toCompletionStage().toCompletableFuture().get();
    long before = rig.node().cpu().toNanos() + rig.redisNanos();
    rig.vertx().timer(seconds * 1000L).toCompletionStage().toCompletableFuture().get();
    return (rig.node().cpu().toNanos() + rig.redisNanos() - before) / 1e6 / seconds;
  }
}
