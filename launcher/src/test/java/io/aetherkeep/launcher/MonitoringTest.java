package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts name only what {@code /metrics} really serves. */
class MonitoringTest {

  private static final Path FILES = Path.of("monitoring");
  private static final Pattern METRIC = Pattern.compile("\\b(?:aetherkeep|jvm|process)_[a-z_]+\\b");

  @TempDir static Path data;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    node = RunningNode.start(Map.of("AETHERKEEP_DATA_DIR", data.toString()));
    node.post(
        "/api/v1/council/providers/openai/outcomes", "{\"success\": true, \"latencyMs\": 250}");
    node.get("/api/v1/aethercast/caches/topic/t1");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void dashboard_isJsonAndNamesOnlyMetricsThatAreServed() throws Exception {
    String text = Files.readString(FILES.resolve("grafana-dashboard.json"));
    assertFalse(new JsonObject(text).getJsonArray("panels").isEmpty());
    assertServed(text);
  }

  @Test
  void alerts_nameOnlyMetricsThatAreServed() throws Exception {
    assertServed(Files.readString(FILES.resolve("prometheus-alerts.yaml")));
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
