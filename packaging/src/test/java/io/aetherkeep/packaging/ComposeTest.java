package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Tests the compose file: its files exist, and a node starts with its settings. */
class ComposeTest {

  @TempDir Path folder;
  private Path compose;
  private JsonObject services;

  @BeforeEach
  void unpack() throws Exception {
    Installed.sh(folder, "tar xzf '" + Installed.named(".tar.gz") + "'");
    compose =
        folder.resolve("aetherkeep-" + System.getProperty("version")).resolve("deploy/compose");
    services = yaml("compose.yaml").getJsonObject("services");
  }

  private JsonObject yaml(String file) throws IOException {
    Map<String, Object> read = new Yaml().load(Files.readString(compose.resolve(file)));
    return new JsonObject(read);
  }

  private JsonObject environment() {
    return services.getJsonObject("aetherkeep").getJsonObject("environment");
  }

  @Test
  void file_isValid() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/docker-compose")), "skipped: no docker-compose here");
    Installed.sh(compose, "REDIS_PASSWORD=x docker-compose -f compose.yaml config -q");
  }

  @Test
  void boundFiles_areThere() {
    TreeSet<String> bound = new TreeSet<>();
    for (String service : services.fieldNames()) {
      for (Object volume : services.getJsonObject(service).getJsonArray("volumes")) {
        if (volume.toString().startsWith("./")) {
          String file = volume.toString().split(":", 2)[0];
          assertTrue(Files.isRegularFile(compose.resolve(file)), file);
          bound.add(file);
        }
      }
    }
    assertEquals(5, bound.size(), bound::toString);
  }

  @Test
  void settings_areKnown() throws Exception {
    Path reference = compose.resolve("../../conf/reference.yaml");
    TreeSet<String> known =
        Pattern.compile("AETHERKEEP_[A-Z_]+")
            .matcher(Files.readString(reference))
            .results()
            .map(name -> name.group())
            .collect(Collectors.toCollection(TreeSet::new));
    known.add("AETHERKEEP_LOG_FORMAT");
    assertTrue(known.containsAll(environment().fieldNames()), environment()::encode);
  }

  @Test
  void prometheus_scrapesTheManagementPort_andHasTheAlerts() throws Exception {
    JsonObject prometheus = yaml("prometheus.yaml");
    JsonObject job = prometheus.getJsonArray("scrape_configs").getJsonObject(0);
    assertEquals(
        new JsonArray()
            .add("aetherkeep:" + environment().getString("AETHERKEEP_HTTP_MANAGEMENT_PORT")),
        job.getJsonArray("static_configs").getJsonObject(0).getJsonArray("targets"));
    for (Object rules : prometheus.getJsonArray("rule_files")) {
      assertTrue(Files.isRegularFile(compose.resolve(rules.toString())), rules.toString());
      // The alert on an unavailable node contains the job's name.
      String text = Files.readString(compose.resolve(rules.toString()));
      assertTrue(text.contains("job=\"" + job.getString("job_name") + "\""), text);
    }
    if (Files.isExecutable(Path.of("/usr/bin/promtool"))) {
      Installed.sh(compose, "promtool check config prometheus.yaml");
    }
  }

  @Test
  void grafana_hasPrometheusAndTheDashboard() throws Exception {
    JsonObject source =
        yaml("grafana/datasources.yaml").getJsonArray("datasources").getJsonObject(0);
    assertTrue(services.containsKey(URI.create(source.getString("url")).getHost()), source::encode);
    assertEquals("prometheus", source.getString("type"));
    String dashboards =
        yaml("grafana/dashboards.yaml")
            .getJsonArray("providers")
            .getJsonObject(0)
            .getJsonObject("options")
            .getString("path");
    JsonObject grafana = services.getJsonObject("grafana");
    assertTrue(
        grafana.getJsonArray("volumes").stream()
            .anyMatch(
                it ->
                    it.equals(
                        "./grafana-dashboard.json:" + dashboards + "/grafana-dashboard.json:ro")),
        grafana::encode);
    assertEquals(
        dashboards + "/grafana-dashboard.json",
        grafana
            .getJsonObject("environment")
            .getString("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"));
  }

  /**
   * Starts the node with a key created as in the file's first lines, other ports, and the test's
   * Redis.
   */
  @Test
  void node_startsWithTheSettingsOfTheFile_andIsHealthy() throws Exception {
    Path bin = compose.resolve("../../bin/aetherkeep").toRealPath();
    Map<String, String> settings = new HashMap<>();
    environment().forEach(each -> settings.put(each.getKey(), each.getValue().toString()));
    settings.put("AETHERKEEP_DATA_DIR", folder.resolve("data").toString());
    settings.put("AETHERKEEP_ACCESS_KEYS_FILE", folder.resolve("keys.json").toString());
    settings.put("AETHERKEEP_HTTP_PORT", "0");
    settings.put("AETHERKEEP_HTTP_MANAGEMENT_PORT", Integer.toString(freePort()));
    String given =
        settings.entrySet().stream()
            .map(each -> "export " + each.getKey() + "='" + each.getValue() + "'\n")
            .collect(Collectors.joining());
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      settings.put("AETHERKEEP_REDIS_URL", redis.url());
      String again = given + "export AETHERKEEP_REDIS_URL='" + redis.url() + "'\n";
      Installed.sh(
          folder,
          again + bin + " keys add --name first --spaces aethercast --scopes read,write,admin");
      try (Installed node = Installed.start(folder, settings, bin.toString())) {
        String said = Installed.sh(folder, again + bin + " health --ready");
        assertTrue(said.contains("\"UP\""), said);
        node.stop();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
