package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.router.RouterVerticle;
import io.aetherkeep.testing.DocPage;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The Python package {@code aetherkeep}, with Debian's Python: against nodes, and as a wheel. */
@ExtendWith(RedisExtension.class)
class PythonClientTest {

  private static final Path PACKAGE = ToolRun.repository().resolve("clients/python");
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir private Path directory;

  private static void requireModules(String modules) throws Exception {
    assumeTrue(Files.isExecutable(Path.of(PYTHON)), "skipped: there is no " + PYTHON);
    assumeTrue(
        ToolRun.finished(Path.of("."), Map.of(), List.of(PYTHON, "-c", "import " + modules)).exit()
            == 0,
        "skipped: Debian's Python has not all of " + modules);
  }

  @Test
  void madeFiles_areThoseOfTheContractAndOfTheClientWithAsync() throws Exception {
    requireModules("json");
    Path document = directory.resolve("openapi.json");
    try (InputStream served = RouterVerticle.class.getResourceAsStream("openapi.json")) {
      Files.copy(served, document);
    }
    run(PACKAGE, Map.of(), PYTHON, "tools/make_types.py", "--check", document.toString());
    run(PACKAGE, Map.of(), PYTHON, "tools/make_sync.py", "--check");
  }

  @Test
  void client_worksAgainstTwoNodes_andOverAKilledOne(RedisServer redis) throws Exception {
    requireModules("celery, httpx, starlette, websockets");
    try (ClientNodes nodes = ClientNodes.start(redis)) {
      Map<String, String> environment = new HashMap<>(nodes.environment());
      environment.put("PYTHONPATH", "../src");
      environment.put("PYTHONDONTWRITEBYTECODE", "1");
      String said =
          run(
              PACKAGE.resolve("tests"),
              environment,
              PYTHON,
              "-m",
              "unittest",
              "test_wire",
              "test_realtime",
              "test_nodes",
              "test_frameworks");
      assertTrue(said.contains("\nOK") && !said.contains("skipped"), said);
    }
  }

  /** Builds the wheel without a network, installs it into an empty folder, and checks its types. */
  @Test
  void wheel_isTypedStrictlyAndWorks(RedisServer redis) throws Exception {
    requireModules("httpx, setuptools, websockets, wheel");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mypy")), "skipped: there is no mypy here");
    Path site = wheel();
    Path program = directory.resolve("consumer.py");
    Files.copy(PACKAGE.resolve("tests/consumer.py"), program);
    Map<String, String> typed = Map.of("MYPYPATH", site.toString());
    String all = site.resolve("aetherkeep").toString();
    run(
        directory,
        typed,
        "/usr/bin/mypy",
        "--strict",
        "--ignore-missing-imports",
        program.toString(),
        all);
    String page = DocPage.named("clients").block("A test runs this program with the wheel.");
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      Files.writeString(
          directory.resolve("page.py"), page.replace("http://127.0.0.1:8080", node.url()));
      Map<String, String> installed = Map.of("PYTHONPATH", site.toString());
      assertEquals(
          List.of(
              "history 1",
              "changed meanwhile, read it again",
              "status completed",
              "stream It is dense.",
              "providers ['healthy']",
              "listeners 0"),
          run(directory, installed, PYTHON, "page.py").lines().toList());
    }
  }

  private Path wheel() throws Exception {
    Path source = directory.resolve("source");
    run(directory, Map.of(), "cp", "-r", PACKAGE.toString(), source.toString());
    String build = "import setuptools.build_meta as b; print(b.build_wheel('.'))";
    String name =
        run(source, Map.of(), PYTHON, "-c", build).strip().lines().reduce((a, b) -> b).get();
    Path site = directory.resolve("site");
    Path wheel = source.resolve(name);
    run(directory, Map.of(), PYTHON, "-m", "zipfile", "-e", wheel.toString(), site.toString());
    assertTrue(Files.exists(site.resolve("aetherkeep/py.typed")));
    return site;
  }

  @Test
  void podcastService_generatesAndKeepsItsSessions(RedisServer redis) throws Exception {
    requireModules("fastapi, httpx, uvicorn, websockets");
    Map<String, String> environment = new HashMap<>();
    environment.put("PYTHONPATH", PACKAGE.resolve("src").toString());
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("PORT", "0");
    environment.put("WORD_MILLIS", "1");
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      environment.put("AETHERKEEP_URL", node.url());
      try (RunningExample service =
          RunningExample.start(
              ToolRun.repository().resolve("examples/podcast-service"),
              directory.resolve("log"),
              environment,
              List.of(PYTHON, "main.py"))) {
        String begun = service.send("POST", "/podcasts", "{\"topic\": \"black holes\"}");
        String podcast = new JsonObject(begun).getString("podcast");
        String path = "/podcasts/" + podcast;
        assertTrue(service.send("GET", path + "/script", "").endsWith("that is the end. "));
        JsonObject status = new JsonObject(service.send("GET", path + "?wait=60", ""));
        assertEquals("ready_to_stream", status.getString("status"));
        assertTrue(service.send("GET", "/podcasts", "").contains(podcast));
        assertFalse(Files.readString(directory.resolve("log")).contains("Traceback"));
      }
    }
  }

  private static String run(Path in, Map<String, String> environment, String... command)
      throws Exception {
    return ToolRun.run(in, environment, List.of(command));
  }
}
