package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * Tests the chart, rendered by Go's templates with Helm's functions ({@code .ci/helm/render.go}),
 * because Helm is not available everywhere.
 */
class HelmChartTest {

  private static final Path RENDER = Path.of("..", ".ci", "helm", "render.go");
  private static final String SECRETS =
      "redis: { existingSecret: redis-url }\naccess: { existingSecret: keys }\n";

  @TempDir Path folder;
  private Path chart;

  @BeforeEach
  void unpack() throws Exception {
    Path packed =
        Installed.packages().resolve("aetherkeep-chart-" + System.getProperty("version") + ".tgz");
    Installed.sh(folder, "tar xzf '" + packed + "'");
    chart = folder.resolve("aetherkeep");
  }

  private static void assumeGo() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/go"))
            && Files.isDirectory(Path.of("/usr/share/gocode/src/github.com/Masterminds/sprig")),
        "skipped: neither Go nor its template functions are here");
  }

  private String command(String values) throws IOException {
    Path file = Files.writeString(folder.resolve("values.yaml"), values);
    return "GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE='%s' go run '%s' '%s' '%s' keep"
        .formatted(folder.resolve("cache"), RENDER.toAbsolutePath(), chart, file);
  }

  /** The manifests by kind and name. */
  private Map<String, JsonObject> rendered(String values) throws Exception {
    Map<String, JsonObject> manifests = new HashMap<>();
    for (Object manifest : new Yaml().loadAll(Installed.sh(folder, command(values)))) {
      if (manifest instanceof Map<?, ?> map) {
        @SuppressWarnings("unchecked")
        JsonObject json = new JsonObject((Map<String, Object>) map);
        manifests.put(json.getString("kind") + "/" + at(json, "/metadata/name"), json);
      }
    }
    return manifests;
  }

  private static Object at(JsonObject json, String pointer) {
    return JsonPointer.from(pointer).queryJson(json);
  }

  private static final String CONTAINER = "/spec/template/spec/containers/0";

  @Test
  void deployment_hasProbesAndDrains() throws Exception {
    assumeGo();
    JsonObject deployment = rendered(SECRETS).get("Deployment/keep");
    for (String probe : new String[] {"startupProbe", "livenessProbe"}) {
      assertEquals("/health/live", at(deployment, CONTAINER + "/" + probe + "/httpGet/path"));
    }
    assertEquals("/health/ready", at(deployment, CONTAINER + "/readinessProbe/httpGet/path"));
    assertEquals(5, at(deployment, CONTAINER + "/lifecycle/preStop/sleep/seconds"));
    assertEquals(45, at(deployment, "/spec/template/spec/terminationGracePeriodSeconds"));
    assertEquals(
        "aetherkeep:" + System.getProperty("version"), at(deployment, CONTAINER + "/image"));
    assertEquals(true, at(deployment, CONTAINER + "/securityContext/readOnlyRootFilesystem"));
    assertEquals(65532, at(deployment, "/spec/template/spec/securityContext/runAsUser"));
    JsonArray volumes = (JsonArray) at(deployment, "/spec/template/spec/volumes");
    JsonArray mounts = (JsonArray) at(deployment, CONTAINER + "/volumeMounts");
    assertEquals(names(volumes), names(mounts));
  }

  private static List<String> names(JsonArray named) {
    return named.stream().map(it -> ((JsonObject) it).getString("name")).sorted().toList();
  }

  @Test
  void variables_areSettings() throws Exception {
    assumeGo();
    String reference = Files.readString(Path.of("target", "dist", "conf", "reference.yaml"));
    JsonObject deployment = rendered(SECRETS).get("Deployment/keep");
    for (String name : names((JsonArray) at(deployment, CONTAINER + "/env"))) {
      assertTrue(reference.contains(name) || name.equals("AETHERKEEP_LOG_FORMAT"), name);
    }
  }

  @Test
  void services_andBudget_selectThePods() throws Exception {
    assumeGo();
    Map<String, JsonObject> manifests = rendered(SECRETS + "serviceMonitor: { enabled: true }\n");
    Object labels = at(manifests.get("Deployment/keep"), "/spec/template/metadata/labels");
    for (Object selector :
        new Object[] {
          at(manifests.get("Service/keep"), "/spec/selector"),
          at(manifests.get("Service/keep-management"), "/spec/selector"),
          at(manifests.get("PodDisruptionBudget/keep"), "/spec/selector/matchLabels"),
          at(manifests.get("Deployment/keep"), "/spec/selector/matchLabels")
        }) {
      ((JsonObject) selector)
          .forEach(
              each -> assertEquals(each.getValue(), ((JsonObject) labels).getValue(each.getKey())));
    }
    JsonObject monitor = manifests.get("ServiceMonitor/keep");
    Object scraped = at(manifests.get("Service/keep-management"), "/metadata/labels");
    ((JsonObject) at(monitor, "/spec/selector/matchLabels"))
        .forEach(
            each -> assertEquals(each.getValue(), ((JsonObject) scraped).getValue(each.getKey())));
    assertEquals("/metrics", at(monitor, "/spec/endpoints/0/path"));
    assertFalse(rendered(SECRETS).containsKey("ServiceMonitor/keep"));
  }

  @Test
  void config_isTheNodesFile_andRestartsItWhenItChanges() throws Exception {
    assumeGo();
    String library = "config: { spaces: { library: { database: 7, sessions: aethercast } } }\n";
    Map<String, JsonObject> manifests = rendered(SECRETS + library);
    String file = (String) at(manifests.get("ConfigMap/keep"), "/data/aetherkeep.yaml");
    Files.writeString(folder.resolve("aetherkeep.yaml"), file);
    Installed.sh(
        Path.of("."),
        "target/dist/bin/aetherkeep --print-config --config '%s'"
            .formatted(folder.resolve("aetherkeep.yaml")));
    String checksum = "/spec/template/metadata/annotations/checksum~1config";
    assertFalse(
        at(manifests.get("Deployment/keep"), checksum)
            .equals(at(rendered(SECRETS).get("Deployment/keep"), checksum)));
  }

  @Test
  void secrets_areAskedFor() throws Exception {
    assumeGo();
    String said = Installed.sh(folder, command("replicas: 1\n") + " || true");
    assertTrue(said.contains("redis.existingSecret names a secret"), said);
  }

  @Test
  void schema_takesTheValuesAndRefusesOthers() throws Exception {
    JsonObject schema = new JsonObject(Files.readString(chart.resolve("values.schema.json")));
    Validator validator =
        Validator.create(
            JsonSchema.of(schema),
            new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://chart"));
    Map<String, Object> read = new Yaml().load(Files.readString(chart.resolve("values.yaml")));
    JsonObject values = new JsonObject(read);
    OutputUnit valid = validator.validate(values);
    assertTrue(valid.getValid(), () -> String.valueOf(valid.getErrors()));
    assertEquals(
        Stream.concat(values.fieldNames().stream(), Stream.of("global")).sorted().toList(),
        schema.getJsonObject("properties").fieldNames().stream().sorted().toList());
    assertFalse(validator.validate(values.copy().put("replica", 3)).getValid());
    assertFalse(validator.validate(values.copy().put("replicas", 0)).getValid());
  }
}
