package io.aetherkeep.bench.http;

import io.aetherkeep.bench.load.LoadComparison;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Rig;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.Section;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Comparisons of writes: each beside a bare handler that runs one script of the same effect. */
public final class Writes {

  static final String MESSAGE =
      "{\"role\": \"user\", \"content\": \"What do the members say of it?\", \"tokens\": 7}";
  private static final int PROVIDERS = 20;

  private Writes() {}

  public static List<Section> sections() {
    return List.of(
        new Section("patch", Reads.GROUP, Writes::patch),
        new Section("append", Reads.GROUP, Writes::append),
        new Section("play", Reads.GROUP, Writes::play),
        new Section("status", Reads.GROUP, Writes::status),
        new Section("outcome", Reads.GROUP, Writes::outcome));
  }

  private static void patch(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    rig.fill("session:w", Rig.ENTRIES, Reads.SESSION_VALUE);
    compare(
        run,
        "PATCH of a session",
        "patch",
        bodies("PATCH", "/api/v1/aethercast/sessions/w%d", "{\"theme\":\"theme-%d\"}"));
  }

  private static void append(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    for (int i = 0; i < Rig.ENTRIES; i++) {
      rig.node().require("POST", "/api/v1/council/sessions", "{\"id\": \"h" + i + "\"}");
    }
    // The bare handler uses database 0; council's sessions are in another.
    rig.fillHashes("session:h", Rig.ENTRIES, Map.of("userId", "u", "historyLength", "0"));
    compare(
        run,
        "append to a history",
        "append",
        Rig.each(
            i -> RawRequest.json("POST", "/api/v1/council/sessions/h" + i + "/history", MESSAGE)));
  }

  private static void play(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    rig.fill("session:p", Rig.ENTRIES, Reads.SESSION_VALUE);
    compare(
        run,
        "first play",
        "play",
        bodies(
            "PUT",
            "/api/v1/aethercast/sessions/p%d/playback",
            "{\"state\":\"playing\",\"podcastId\":\"p-%d\"}"));
  }

  private static void status(BenchRun run) throws Exception {
    compare(
        run,
        "status PUT",
        "status",
        bodies(
            "PUT",
            "/api/v1/aethercast/status/crawl/c%d",
            "{\"status\":\"running\",\"stage\":\"" + "x".repeat(150) + "\",\"n\":%d}"));
  }

  private static void outcome(BenchRun run) throws Exception {
    List<Buffer> outcomes =
        IntStream.range(0, PROVIDERS)
            .mapToObj(
                i ->
                    RawRequest.json(
                        "POST",
                        "/api/v1/council/providers/p" + i + "/outcomes",
                        "{\"success\": true, \"latencyMs\": " + (600 + i) + "}"))
            .toList();
    compare(run, "provider outcome", "outcome", outcomes);
  }

  /** Returns requests for each entry with twenty different bodies. */
  private static List<Buffer> bodies(String method, String path, String body) {
    return IntStream.range(0, Rig.ENTRIES * 20)
        .mapToObj(
            i ->
                RawRequest.json(
                    method, path.formatted(i % Rig.ENTRIES), body.formatted(i / Rig.ENTRIES)))
        .toList();
  }

  private static void compare(BenchRun run, String work, String script, List<Buffer> requests)
      throws Exception {
    Rig rig = Rig.of(run);
    Server bare = rig.bare("bare-writes", script);
    new LoadComparison(run, work, rig::redisNanos)
        .with(rig.vertx(), rig.node(), requests)
        .with(rig.vertx(), bare, requests)
        .withRedis()
        .goals(Goal.ratioAtMost(1.3), null)
        .measure();
    rig.end(bare);
  }
}
