package io.aetherkeep.bench.node;

import io.aetherkeep.bench.load.Installation;
import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.Section;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Comparisons of a start until ready, and of resident memory, with a bare service. */
public final class NodeSections {

  private static final String GROUP = "Start and memory";
  private static final String ENTRY = "/api/v1/aethercast/caches/topic/t";

  private NodeSections() {}

  public static List<Section> sections() {
    return List.of(
        new Section("start", GROUP, NodeSections::start),
        new Section("memory", GROUP, NodeSections::memory));
  }

  /** Starter of a server. */
  private interface Starter {
    Server start() throws Exception;
  }

  private static void start(BenchRun run) throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Installation plain = Installation.create();
        Installation cached = Installation.create()) {
      Map<String, String> settings = Map.of("AETHERKEEP_REDIS_URL", redis.url());
      Map<String, String> forBare = Map.of("REDIS_URL", redis.url() + "/0");
      Starter bare = () -> Server.baseline("bare service", forBare, List.of(), "bare-service");
      Map<String, String> noArchive = Map.of("AETHERKEEP_CLASS_ARCHIVE", "off");
      starts(run, "start to ready", () -> plain.start(settings, noArchive), bare, Goal.atMost(2));
      // The script writes the archive when a node ends, and uses it from the next start on.
      plain.start(settings, Map.of()).close();
      plain.start(settings, Map.of()).close();
      starts(run, "start, class archive", () -> plain.start(settings, Map.of()), bare, null);
      Optional<Path> jdk = withAotCache();
      if (jdk.isPresent()) {
        cached.createAotCache(jdk.get(), settings);
        starts(
            run, "start, AOT cache", () -> cached.start(settings, Map.of()), bare, Goal.atMost(1));
      }
    }
  }

  private static void starts(
      BenchRun run, String work, Starter ours, Starter theirs, @Nullable Goal goal)
      throws Exception {
    List<List<Double>> wall = List.of(new ArrayList<>(), new ArrayList<>());
    List<List<Double>> processor = List.of(new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < run.scale().of(3, 1); round++) {
      for (int which = 0; which < 2; which++) {
        try (Server server = (which == 0 ? ours : theirs).start()) {
          wall.get(which).add(seconds(server.readyAfter()));
          processor.get(which).add(seconds(server.readyCpu()));
        }
      }
    }
    String bare = "bare service";
    run.row(work, "processor time", "s", processor.get(0), bare, processor.get(1), goal);
    run.row(work, "time", "s", wall.get(0), bare, wall.get(1), null);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** Returns a JDK with AOT caches (25 or newer), if one is installed. */
  private static Optional<Path> withAotCache() throws Exception {
    Path all = Path.of("/usr/lib/jvm");
    if (Runtime.version().feature() >= 25) {
      return Optional.of(Path.of(System.getProperty("java.home")));
    }
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> jdks = Files.list(all)) {
      return jdks.filter(jdk -> feature(jdk) >= 25).findFirst();
    }
  }

  /** Returns the feature version of a JDK, 0 if it is none. */
  private static int feature(Path jdk) {
    try (Stream<String> lines = Files.lines(jdk.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.replaceAll("[^0-9.]", ""))
          .mapToInt(version -> Runtime.Version.parse(version).feature())
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static void memory(BenchRun run) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Installation installation = Installation.create();
        Server node = installation.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()), Map.of());
        Server bare =
            Server.baseline(
                "bare service",
                Map.of("REDIS_URL", redis.url() + "/0"),
                List.of(),
                "bare-service")) {
      vertx.timer(run.scale().of(5000, 500)).await();
      double idleNode = megabytes(node);
      double idleBare = megabytes(bare);
      run.row(
          "memory of a node, idle",
          "resident",
          "MB",
          List.of(idleNode),
          bare.name(),
          List.of(idleBare),
          Goal.atMost(110));
      node.require("PUT", ENTRY + 0, "{\"text\": \"" + "x".repeat(580) + "\"}");
      double seconds = run.scale().of(60, 2);
      new Load(vertx, mixed(), node.port()).run(seconds);
      new Load(vertx, List.of(RawRequest.get(ENTRY + 0)), bare.port()).run(seconds / 12);
      run.row(
          "memory of a node, after a minute at full load",
          "resident",
          "MB",
          List.of(megabytes(node)),
          bare.name(),
          List.of(megabytes(bare)),
          Goal.atMost(220));
    } finally {
      vertx.close().await();
    }
  }

  /** Returns reads and writes of caches, sessions and statuses. */
  private static List<Buffer> mixed() {
    String api = "/api/v1/aethercast";
    return IntStream.range(0, 1000)
        .mapToObj(
            i ->
                switch (i % 5) {
                  case 0 ->
                      RawRequest.json("PUT", ENTRY + i, "{\"text\": \"" + "x".repeat(580) + "\"}");
                  case 1 ->
                      RawRequest.json("POST", api + "/sessions", "{\"userId\": \"u" + i + "\"}");
                  case 2 ->
                      RawRequest.json(
                          "PUT", api + "/status/crawl/c" + i, "{\"status\": \"running\"}");
                  default -> RawRequest.get(ENTRY + 0);
                })
        .toList();
  }

  private static double megabytes(Server server) throws Exception {
    return server.residentKilobytes() * 1024 / 1e6;
  }
}
