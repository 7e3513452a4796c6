package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams with the protocol's public test suite and its stock client. */
@ExtendWith(RedisExtension.class)
class DurableStreamsTest {

  private static final Path DIRECTORY = ToolRun.repository().resolve(".ci/streams");

  /** Runs each test of the suite, with the reserved part of the protocol. */
  @TestFactory
  Stream<DynamicTest> conformance(RedisServer redis, @TempDir Path directory) throws Exception {
    ToolRun.assumeNode(20);
    Path report = directory.resolve("report.json");
    List<String> command =
        List.of(
            ToolRun.npm(DIRECTORY, "vitest"),
            "run",
            "--reporter=json",
            "--outputFile=" + report,
            // The default of five seconds is too short on a busy machine.
            "--testTimeout=60000",
            "conformance.test.js");
    Map<String, String> settings =
        Map.of(
            "AETHERKEEP_REDIS_URL",
            redis.url(),
            // Where the suite receives webhooks.
            "AETHERKEEP_WEBHOOKS_ALLOW_NETWORKS",
            "127.0.0.0/8");
    try (RunningNode node = RunningNode.start(settings)) {
      ToolRun.Result vitest =
          ToolRun.finished(DIRECTORY, Map.of("AETHERKEEP_URL", node.url()), command);
      assertTrue(Files.exists(report), vitest.text());
    }
    JsonArray tests =
        new JsonObject(Files.readString(report))
            .getJsonArray("testResults")
            .getJsonObject(0)
            .getJsonArray("assertionResults");
    assertTrue(tests.size() >= 338, () -> "The suite has " + tests.size() + " tests");
    return tests.stream()
        .map(JsonObject.class::cast)
        .map(test -> DynamicTest.dynamicTest(test.getString("fullName"), () -> check(test)));
  }

  private static void check(JsonObject test) {
    assertEquals("passed", test.getString("status"), () -> test.encodePrettily());
  }

  @Test
  void stockClient_worksInNode(RedisServer redis) throws Exception {
    ToolRun.assumeNode(20);
    requireClient();
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      String said =
          ToolRun.run(DIRECTORY, Map.of(), List.of("node", "client.js", node.url() + "/v1/stream"));
      assertTrue(said.contains("produced, resumed, carried bytes"), said);
    }
  }

  /** The page has another origin, which must be listed. */
  @Test
  void stockClient_worksInABrowser(RedisServer redis, @TempDir Path directory) throws Exception {
    ToolRun.assumeNode(20);
    requireClient();
    Path bundle = directory.resolve("bundle.js");
    ToolRun.run(
        DIRECTORY,
        Map.of(),
        List.of(
            ToolRun.npm(DIRECTORY, "esbuild"),
            "client.js",
            "--bundle",
            "--format=iife",
            "--global-name=client",
            "--target=es2022",
            "--outfile=" + bundle));
    try (ScriptPage page = ScriptPage.serving(Files.readString(bundle));
        RunningNode node =
            RunningNode.start(
                Map.of(
                    "AETHERKEEP_REDIS_URL",
                    redis.url(),
                    "AETHERKEEP_HTTP_ORIGINS",
                    page.origin()));
        Browser browser = Browser.start()) {
      browser.open(page.origin() + "/");
      browser.await("window.client");
      String root = node.url() + "/api/v1/council/streams";
      assertEquals(
          "produced, resumed, carried bytes", browser.evaluate("client.run('" + root + "')"));
      assertEquals(List.of(), browser.complaints());
    }
  }

  private static void requireClient() {
    assumeTrue(
        Files.exists(DIRECTORY.resolve("node_modules/@durable-streams/client/package.json")),
        "skipped: npm has not installed @durable-streams/client");
  }
}
