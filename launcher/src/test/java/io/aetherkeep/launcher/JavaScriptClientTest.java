package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.testing.DocPage;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The package {@code @aetherkeep/client}: against nodes, in a browser, and as npm packs it. */
@ExtendWith(RedisExtension.class)
class JavaScriptClientTest {

  private static final Path PACKAGE = ToolRun.repository().resolve("clients/javascript");
  private static final String API = "/api/v1/council";

  @BeforeEach
  void requireTools() throws Exception {
    ToolRun.assumeNode(20);
    assumeTrue(
        Files.exists(PACKAGE.resolve("node_modules/fastify/package.json")),
        "skipped: npm has not installed the packages of clients/javascript");
  }

  @Test
  void client_worksAgainstTwoNodes_andOverAKilledOne(RedisServer redis) throws Exception {
    try (ClientNodes nodes = ClientNodes.start(redis)) {
      String said =
          ToolRun.run(PACKAGE, nodes.environment(), List.of("node", "--test", "test/node.test.js"));
      assertTrue(said.contains("# fail 0") && said.contains("# skipped 0"), said);
    }
  }

  @Test
  void servedClient_isThatOfThePackage(RedisServer redis) throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      assertEquals(
          Files.readString(PACKAGE.resolve("src/realtime.js")), node.get("/client.js").body());
    }
  }

  @Test
  void hooksOfReact_showWhatHappens(RedisServer redis, @TempDir Path directory) throws Exception {
    Path bundle = directory.resolve("bundle.js");
    run(
        PACKAGE,
        ToolRun.npm(PACKAGE, "esbuild"),
        "test/react-page.js",
        "--bundle",
        "--format=iife",
        "--global-name=page",
        "--define:process.env.NODE_ENV=\"development\"",
        "--outfile=" + bundle);
    try (ScriptPage page = ScriptPage.serving(Files.readString(bundle));
        RunningNode node =
            RunningNode.start(
                Map.of(
                    "AETHERKEEP_REDIS_URL",
                    redis.url(),
                    "AETHERKEEP_HTTP_ORIGINS",
                    page.origin()));
        Browser browser = Browser.start()) {
      String session = new JsonObject(node.post(API + "/sessions", "{}").body()).getString("id");
      String stream = API + "/streams/chat/react";
      node.request("PUT", stream, "A neutron ", "Content-Type", "text/plain");
      String hidden = API + "/streams/chat/hidden";
      node.request("PUT", hidden, "Once ", "Content-Type", "text/plain");
      browser.open(page.origin() + "/");
      browser.await("window.page");
      browser.evaluate("page.show('" + node.url() + "', '" + session + "')");
      browser.awaitText("#status", "none");
      node.put(API + "/status/crawl/react", "{\"status\":\"running\",\"progress\":40}");
      browser.awaitText("#status", "running 40");
      node.put(API + "/configs/react", "{\"tokens\":7}");
      browser.awaitText("#config", "{\"tokens\":7}");
      browser.click("#play");
      browser.awaitText("#playback", "playing p1");
      browser.awaitText("#listeners", "1 listen");
      node.request("POST", stream, "star", "Content-Type", "text/plain");
      browser.awaitText("#two", "A neutron star");
      browser.click("#one-stop");
      browser.awaitText("#one", "A neutron star. enough");
      browser.awaitText("#two", "A neutron star. enough");
      browser.awaitText("#story", "Once ");
      browser.click("#toggle");
      browser.awaitText("#mode", "hidden");
      node.request("POST", hidden, "upon ", "Content-Type", "text/plain");
      browser.click("#toggle");
      browser.awaitText("#story", "Once upon ");
      node.request("POST", hidden, "a time", "Content-Type", "text/plain");
      browser.awaitText("#story", "Once upon a time");
      assertEquals(List.of(), browser.complaints());
    }
  }

  /** Packs the package, installs it into a new project, and checks its types. */
  @Test
  void packedClient_compilesStrictlyAndWorks_inAFreshProject(RedisServer redis) throws Exception {
    Path fresh = Files.createDirectories(PACKAGE.resolve("target/fresh"));
    run(PACKAGE, "npm", "pack", "--pack-destination", fresh.toString());
    Files.writeString(fresh.resolve("package.json"), "{\"type\": \"module\", \"private\": true}");
    Files.copy(
        PACKAGE.resolve("test/consumer.ts"),
        fresh.resolve("consumer.ts"),
        StandardCopyOption.REPLACE_EXISTING);
    Path installed = Files.createDirectories(fresh.resolve("node_modules/@aetherkeep/client"));
    run(fresh, "tar", "-xzf", packed(fresh).toString(), "--strip=1", "-C", installed.toString());
    List<String> strict =
        List.of(
            ToolRun.npm(PACKAGE, "tsc"),
            "--noEmit",
            "--strict",
            "--exactOptionalPropertyTypes",
            "--skipLibCheck",
            "false",
            "--target",
            "es2022",
            "--module",
            "nodenext",
            "consumer.ts");
    ToolRun.run(fresh, Map.of(), strict);
    String page = DocPage.named("clients").block("A test runs this module with the package.");
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      Files.writeString(
          fresh.resolve("page.js"), page.replace("http://127.0.0.1:8080", node.url()));
      assertEquals(
          List.of(
              "history 1",
              "changed meanwhile, read it again",
              "status completed",
              "stream It is dense.",
              "providers [ 'healthy' ]"),
          ToolRun.run(fresh, Map.of(), List.of("node", "page.js")).lines().toList());
    }
  }

  @Test
  void councilProxy_answersKeepsItsSessionsAndLogsOut(RedisServer redis, @TempDir Path directory)
      throws Exception {
    Path example = ToolRun.repository().resolve("examples/council-proxy");
    assumeTrue(
        Files.exists(example.resolve("node_modules/express/package.json")),
        "skipped: npm has not installed the packages of examples/council-proxy");
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        RunningExample proxy =
            RunningExample.start(
                example,
                directory.resolve("log"),
                Map.of("AETHERKEEP_URL", node.url(), "PORT", "0", "WORD_MILLIS", "1"),
                List.of("node", "server.js"))) {
      JsonObject asked = new JsonObject(proxy.send("POST", "/ask", "{\"question\": \"why?\"}"));
      assertTrue(proxy.send("GET", asked.getString("answer"), "").contains("collapsed"));
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> proxy.send("GET", "/history", "").contains("assistant"));
      proxy.send("POST", "/logout", "");
      assertEquals("[]", proxy.send("GET", "/history", ""));
    }
  }

  private static Path packed(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".tgz")).findFirst().orElseThrow();
    }
  }

  private static void run(Path directory, String... command) throws Exception {
    ToolRun.run(directory, Map.of("NO_UPDATE_NOTIFIER", "1"), new ArrayList<>(List.of(command)));
  }
}
