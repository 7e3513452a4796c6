package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Tests that GitHub's workflows and forms are valid and run existing scripts. */
class WorkflowsTest {

  private static final Path TOP = Path.of("..");

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(TOP.resolve(".github").resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
    }
  }

  private static JsonObject read(Path file) throws IOException {
    Map<Object, Object> read = new Yaml().load(Files.readString(file));
    // YAML 1.1 reads the key "on" as a boolean.
    JsonObject json = new JsonObject();
    read.forEach((key, value) -> json.put(String.valueOf(key), value));
    return json;
  }

  @Test
  void workflows_haveJobsThatEnd_andPinTheirActions() throws Exception {
    List<Path> workflows = files("workflows");
    assertEquals(3, workflows.size());
    for (Path file : workflows) {
      JsonObject jobs = read(file).getJsonObject("jobs");
      for (String name : jobs.fieldNames()) {
        JsonObject job = jobs.getJsonObject(name);
        assertTrue(job.getInteger("timeout-minutes") > 0, name);
        for (Object step : job.getJsonArray("steps")) {
          JsonObject it = (JsonObject) step;
          assertTrue(it.containsKey("run") != it.containsKey("uses"), it::encode);
          String uses = it.getString("uses", "actions/none@v1");
          assertTrue(uses.matches("actions/[a-z-]+@v[0-9]+"), uses);
        }
      }
    }
  }

  @Test
  void scripts_areThere() throws Exception {
    for (Path file : files("workflows")) {
      String text = Files.readString(file);
      Matcher scripts = Pattern.compile("(?:bash |cd |-f )(\\.ci/[a-z./]+)").matcher(text);
      while (scripts.find()) {
        assertTrue(Files.exists(TOP.resolve(scripts.group(1))), scripts.group(1));
      }
      Matcher tests = Pattern.compile("-Dtest='([A-Za-z,]+)'").matcher(text);
      while (tests.find()) {
        for (String test : tests.group(1).split(",", -1)) {
          Path source = Path.of("launcher/src/test/java/io/aetherkeep/launcher", test + ".java");
          assertTrue(Files.exists(TOP.resolve(source)), test);
        }
      }
    }
  }

  @Test
  void forms_haveFieldsWithLabels() throws Exception {
    for (Path file : files("ISSUE_TEMPLATE")) {
      JsonObject form = read(file);
      if (!file.endsWith("config.yml")) {
        assertFalse(form.getString("name").isBlank());
        for (Object field : form.getJsonArray("body")) {
          JsonObject attributes = ((JsonObject) field).getJsonObject("attributes");
          assertFalse(attributes.getString("label").isBlank());
        }
      }
    }
  }
}
