package io.aetherkeep.bench.http;

import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.LoadComparison;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Rig;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.Section;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.stream.IntStream;

/** Comparisons of long histories: an append and a read of the newest, beside a list in Redis. */
public final class LongHistories {

  private static final String SESSIONS = "/api/v1/council/sessions";

  private LongHistories() {}

  public static List<Section> sections() {
    return List.of(new Section("history", Reads.GROUP, LongHistories::measure));
  }

  private static void measure(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    Server rpush = rig.bare("bare-writes", "rpush");
    Server newest = rig.bare("bare-writes", "newest");
    measure(run, rpush, newest, run.scale().of(10_000, 1000), run.scale().of(20, 5));
    measure(run, rpush, newest, run.scale().of(100_000, 10_000), 2);
    rig.end(rpush);
    rig.end(newest);
  }

  private static void measure(BenchRun run, Server rpush, Server newest, int messages, int sessions)
      throws Exception {
    Rig rig = Rig.of(run);
    String name = "long-" + messages + "-";
    run.progress("%,d histories of %,d messages".formatted(sessions, messages));
    for (int i = 0; i < sessions; i++) {
      rig.node().require("POST", SESSIONS, "{\"id\": \"" + name + i + "\"}");
    }
    List<Buffer> appends =
        IntStream.range(0, sessions)
            .mapToObj(
                i ->
                    RawRequest.json("POST", SESSIONS + "/" + name + i + "/history", Writes.MESSAGE))
            .toList();
    new Load(rig.vertx(), appends, rig.node().port()).count((long) messages * sessions, 300);
    rig.send(
        messages * sessions,
        i ->
            Request.cmd(Command.RPUSH)
                .arg("bare:" + name + i % sessions + ":history")
                .arg(Writes.MESSAGE));
    List<Buffer> reads =
        IntStream.range(0, sessions)
            .mapToObj(i -> RawRequest.get(SESSIONS + "/" + name + i + "/history?maxTokens=1000"))
            .toList();
    // A fixed number of appends a round, so that the histories keep about their length.
    int round = run.scale().of(10_000, 500);
    String which = "%,d messages".formatted(messages);
    new LoadComparison(run, "append to " + which, rig::redisNanos)
        .with(rig.node(), s -> new Load(rig.vertx(), appends, rig.node().port()).count(round, 60))
        .with(rpush, s -> new Load(rig.vertx(), appends, rpush.port()).count(round, 60))
        .withRedis()
        .goals(Goal.ratioAtMost(1.3), null)
        .measure();
    new LoadComparison(run, "newest 1,000 tokens of " + which, rig::redisNanos)
        .with(rig.vertx(), rig.node(), reads)
        .with(rig.vertx(), newest, reads)
        .withRedis()
        .measure();
  }
}
