package io.aetherkeep.bench.session;

import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.LoadComparison;
import io.aetherkeep.bench.load.RateLoad;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Rig;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.Section;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Measurement of a user with many sessions: a page of them, and a logout everywhere. */
public final class SessionSections {

  static final String API = "/api/v1/aethercast";

  private static final String GROUP = "Many sessions";
  private static final String PAGE = API + "/users/many/sessions?limit=50";
  private static final double OTHERS_RATE = 1000;

  private SessionSections() {}

  public static List<Section> sections() {
    return List.of(
        new Section("user-sessions", GROUP, SessionSections::measure),
        new Section("million-sessions", "A million sessions", MillionSessions::measure));
  }

  /** Returns the body that opens a session of a user, with what may come before the user. */
  static String opening(String before, String user) {
    return "{%s\"userId\": \"%s\", \"preferences\": {\"preferred_topics\": [\"ai\", \"space\", \"history\"], \"playback_speed_default\": 1.0}}"
        .formatted(before, user);
  }

  private static void measure(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    int count = run.scale().of(10_000, 500);
    open(rig, count);
    page(run, count);
    logout(run, count);
  }

  private static void open(Rig rig, int count) throws Exception {
    List<Buffer> same = List.of(RawRequest.json("POST", API + "/sessions", opening("", "many")));
    new Load(rig.vertx(), same, rig.node().port()).count(count, 60);
  }

  private static void page(BenchRun run, int count) throws Exception {
    Rig rig = Rig.of(run);
    fillBare(rig, count);
    Server bare = rig.bare("bare-writes", "page");
    List<Buffer> page = List.of(RawRequest.get(PAGE));
    new LoadComparison(
            run, "page of 50 of %,d sessions of a user".formatted(count), rig::redisNanos)
        .with(rig.vertx(), rig.node(), page)
        .with(rig.vertx(), bare, page)
        .withRedis()
        .goals(Goal.atMost(5000), null)
        .measure();
  }

  /** Stores the sessions and the index that the bare handler reads. */
  private static void fillBare(Rig rig, int count) {
    rig.send(
        count,
        i ->
            Request.cmd(Command.SETEX).arg("session:many-" + i).arg(3600).arg(opening("", "many")));
    rig.send(
        count,
        i -> Request.cmd(Command.ZADD).arg("bare:sessions:many").arg(i).arg("session:many-" + i));
  }

  private static void logout(BenchRun run, int count) throws Exception {
    Rig rig = Rig.of(run);
    Server node = rig.node();
    Server bare = rig.bare("bare-writes", "logout");
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> during = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    rig.fill("session:other", Rig.ENTRIES, "{\"user_id\": \"u#\"}");
    List<Buffer> others = Rig.gets(API + "/sessions/other");
    for (int round = 0; round < run.scale().of(3, 1); round++) {
      if (round > 0) {
        open(rig, count);
        fillBare(rig, count);
      }
      try (RateLoad rate = RateLoad.start(others, node.port(), OTHERS_RATE)) {
        rate.during(0.5);
        without.add(rate.during(run.scale().of(2, 1)).p99());
        rate.latencies();
        long start = System.nanoTime();
        node.require("DELETE", API + "/users/many/sessions", "");
        ours.add((System.nanoTime() - start) / 1e6);
        during.add(rate.during(0.5).p99());
      }
      long start = System.nanoTime();
      bare.require("DELETE", API + "/users/many/sessions", "");
      theirs.add((System.nanoTime() - start) / 1e6);
    }
    String work = "logout of a user with %,d sessions".formatted(count);
    run.row(work, "time", "ms", ours, bare.name(), theirs, Goal.atMost(1000));
    run.row(
        work,
        "p99 of others' reads",
        "ms",
        during,
        "without a logout",
        without,
        Goal.ratioAtMost(2));
  }

  /** Returns requests that open a session of each of {@code users} users. */
  static List<Buffer> opens(int users) {
    return IntStream.range(0, users)
        .mapToObj(i -> RawRequest.json("POST", API + "/sessions", opening("", "u" + i)))
        .toList();
  }
}
