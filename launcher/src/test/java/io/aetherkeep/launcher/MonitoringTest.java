package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts use only metrics that {@code /metrics} serves. */
class MonitoringTest {

  private static final Path FILES = Path.of("monitoring");
  private static final Pattern METRIC = Pattern.compile("\\b(?:aetherkeep|jvm|process)_[a-z_]+\\b");

  private static final Pattern FAMILY =
      Pattern.compile("(?m)^# TYPE (aetherkeep_[a-z_]+)(?<!_max) ");

  @TempDir static Path data;
  private static HttpServer origin;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    origin = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    origin.createContext("/", MonitoringTest::answer);
    origin.start();
    Path file =
        new Configured(data)
            .file(
                "spaces: { aethercast: { origins: { topic: \"http://127.0.0.1:%d/{id}\" } } }"
                    .formatted(origin.getAddress().getPort()));
    node = RunningNode.start(file, Map.of("AETHERKEEP_DATA_DIR", data.toString()));
    node.post(
        "/api/v1/council/providers/openai/outcomes", "{\"success\": true, \"latencyMs\": 250}");
    node.get("/api/v1/aethercast/caches/topic/t1");
    String session =
        node.post("/api/v1/aethercast/sessions", "{}")
            .headers()
            .firstValue("location")
            .orElseThrow();
    LiveSocket.of(node.url(), session.substring(session.lastIndexOf('/') + 1)).close();
  }

  @AfterAll
  static void stop() {
    node.close();
    origin.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 2);
    exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
    exchange.close();
  }

  @Test
  void dashboard_isJsonAndNamesOnlyMetricsThatAreServed() throws Exception {
    String text = Files.readString(FILES.resolve("grafana-dashboard.json"));
    assertFalse(new JsonObject(text).getJsonArray("panels").isEmpty());
    assertServed(text);
  }

  /** Every metric is in the dashboard or in an alert. */
  @Test
  void whatIsServed_isShownOrWatched() throws Exception {
    String shown =
        Files.readString(FILES.resolve("grafana-dashboard.json"))
            + Files.readString(FILES.resolve("prometheus-alerts.yaml"));
    Set<String> unseen = new TreeSet<>();
    for (Matcher family = FAMILY.matcher(node.get("/metrics").body()); family.find(); ) {
      if (!shown.contains(family.group(1))) {
        unseen.add(family.group(1));
      }
    }
    assertEquals(Set.of(), unseen);
  }

  @Test
  void alerts_nameOnlyMetricsThatAreServed() throws Exception {
    assertServed(Files.readString(FILES.resolve("prometheus-alerts.yaml")));
  }

  /** Checks names, units and help texts with promtool. */
  @Test
  void metrics_passPromtool() throws Exception {
    String promtool = promtool();
    Path metrics = data.resolve("metrics");
    Files.writeString(metrics, node.get("/metrics").body());
    Path said = data.resolve("promtool.log");
    Process check =
        new ProcessBuilder(promtool, "check", "metrics")
            .redirectInput(metrics.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertTrue(check.waitFor(1, TimeUnit.MINUTES));
    assertEquals("", Files.readString(said));
    assertEquals(0, check.exitValue());
  }

  @Test
  void alerts_passPromtool() throws Exception {
    Path rules = FILES.resolve("prometheus-alerts.yaml");
    Path said = data.resolve("promtool-rules.log");
    Process check =
        new ProcessBuilder(promtool(), "check", "rules", rules.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertTrue(check.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, check.exitValue(), Files.readString(said));
  }

  private static String promtool() {
    String found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .map(directory -> Path.of(directory, "promtool"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse(null);
    assumeTrue(found != null, "skipped: promtool, of Debian's package prometheus, is not here");
    return found;
  }

  private static void assertServed(String text) {
    Set<String> named = new TreeSet<>();
    for (Matcher metric = METRIC.matcher(text); metric.find(); ) {
      named.add(metric.group());
    }
    Awaitility.await()
        .untilAsserted(
            () -> {
              String served = node.get("/metrics").body();
              Set<String> unknown = new TreeSet<>(named);
              unknown.removeIf(name -> served.contains("\n" + name + "{"));
              unknown.removeIf(name -> served.contains("\n" + name + " "));
              assertEquals(Set.of(), unknown);
            });
  }
}
