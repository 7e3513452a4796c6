package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.aetherkeep.testing.DocPage;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The WebSocket client {@code client.js} in a browser and in Node. */
@ExtendWith(RedisExtension.class)
class ClientScriptTest {

  private static final String API = "/api/v1/aethercast";

  private final DocPage realtime = DocPage.named("realtime");

  /** Page that runs a test's script, and writes its result as a status. */
  private static final String PAGE =
      """
      <!doctype html><script type="module">
      import { connect, reconnectDelay } from "%1$s/client.js";
      const seen = [];
      const tell = () => fetch("%1$s%2$s/status/crawl/seen?attempt=" + seen.length, {
        method: "PUT",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({status: "running", seen}),
      }).catch(away => new Promise(again => setTimeout(() => again(tell()), 200)));
      const see = what => {
        seen.push(what);
        return tell();
      };
      window.onerror = message => see("error " + message);
      window.onunhandledrejection = event => see("rejected " + event.reason);
      const ticket = async () => {
        const answer = await fetch("%1$s%2$s/sessions/%3$s/ticket", {method: "POST"});
        return (await answer.json()).ticket;
      };
      const live = connect("%1$s%2$s", {ticket, onState: state => see(state)});
      live.watch("status/crawl/c1", news => see(news.recovered === false ? "gap" : news.data.n));
      await see("pong is " + await live.ping());
      const played = await live.play("p1", 1000);
      await see("plays " + played.playback.podcastId);
      await live.play(undefined, 0).catch(error => see(error.code));
      await see("stays away " + (reconnectDelay(4500, "session-ended", 0) === null));
      await see("ready");
      </script>
      """;

  private HttpServer pages;
  private volatile String page = "";

  @BeforeEach
  void servePages() throws IOException {
    pages = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    pages.createContext(
        "/",
        exchange -> {
          byte[] html = page.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, html.length);
          exchange.getResponseBody().write(html);
          exchange.close();
        });
    pages.start();
  }

  @AfterEach
  void stopPages() {
    pages.stop(0);
  }

  @Test
  void client_worksInABrowser(RedisServer redis) throws Exception {
    try (RunningNode node = RunningNode.start(settings(redis))) {
      put(node, 1);
      String session = session(node);
      try (Browser browser = Browser.start()) {
        browser.open(page(node, session));
        awaitSeen(node, "ready");
        String seen = seen(node);
        for (String what :
            List.of(
                "\"connecting\"",
                "\"open\"",
                "1",
                "\"pong is pong\"",
                "\"plays p1\"",
                "\"invalid-body\"",
                "\"stays away true\"")) {
          assertTrue(seen.contains(what), seen);
        }
        put(node, 2);
        awaitSeen(node, "2");
        assertEquals(204, node.delete(API + "/sessions/" + session).statusCode());
        awaitSeen(node, "\"closed\"");
      }
    }
  }

  /** The client reconnects, and has missed no event of another node. */
  @Test
  void client_resumesInABrowser_afterARestartOfTheNode(RedisServer redis) throws Exception {
    RunningNode node = RunningNode.start(settings(redis));
    try (RunningNode other = RunningNode.start(settings(redis))) {
      put(node, 1);
      try (Browser browser = Browser.start()) {
        browser.open(page(node, session(node)));
        awaitSeen(other, "ready");
        node.close();
        put(other, 2);
        put(other, 3);
        node = RunningNode.again(node, settings(redis));
        awaitSeen(other, ",2,3");
        put(node, 4);
        awaitSeen(other, ",4");
        List<Object> seen = new JsonObject(seen(other)).getJsonArray("seen").stream().toList();
        assertEquals(List.of(1, 2, 3, 4), seen.stream().filter(Integer.class::isInstance).toList());
        assertEquals(2, seen.stream().filter("open"::equals).count(), seen::toString);
        assertFalse(seen.contains("gap"), seen::toString);
      }
    } finally {
      node.close();
    }
  }

  private Map<String, String> settings(RedisServer redis) {
    return Map.of(
        "AETHERKEEP_REDIS_URL",
        redis.url(),
        "AETHERKEEP_HTTP_ORIGINS",
        "http://127.0.0.1:" + pages.getAddress().getPort(),
        "AETHERKEEP_REALTIME_DRAIN",
        "100ms");
  }

  private static String session(RunningNode node) throws Exception {
    return new JsonObject(node.post(API + "/sessions", "{}").body()).getString("id");
  }

  /** The URL of a page whose origin is not the node's. */
  private String page(RunningNode node, String session) {
    page = PAGE.formatted(node.url(), API, session);
    return "http://127.0.0.1:" + pages.getAddress().getPort() + "/";
  }

  private static void put(RunningNode node, int n) throws Exception {
    String status = "{\"status\":\"running\",\"n\":" + n + "}";
    assertEquals(2, node.put(API + "/status/crawl/c1", status).statusCode() / 100);
  }

  private static String seen(RunningNode node) throws Exception {
    return node.get(API + "/status/crawl/seen").body();
  }

  private static void awaitSeen(RunningNode node, String what) {
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> seen(node).contains(what));
  }

  /** One tab's clock is days ahead, and another client uses the greatest seq. */
  private static final String TABS =
      """
      import { connect } from "./aetherkeep.mjs";
      const api = "%1$s%2$s";
      const clock = Date.now;
      const here = connect(api, { session: "%3$s" });
      await here.play("p1", 0);
      Date.now = () => clock() + 5 * 86_400_000;
      const ahead = connect(api, { session: "%3$s" });
      console.log("ahead", (await ahead.play("p2", 0)).late);
      Date.now = clock;
      console.log("pause", (await here.pause(10)).late);
      console.log("play", (await here.play("p1", 20)).late);
      const far = JSON.stringify({ podcast: "p3", state: "playing", seq: 999_999_999_999_999 });
      const put = await fetch(api + "/sessions/%3$s/playback", {
        method: "PUT", headers: { "Content-Type": "application/json" }, body: far });
      console.log("far", (await put.json()).late);
      console.log("seek", (await here.seek(30)).late);
      const last = await here.stop(40);
      console.log("stop", last.late, last.playback.podcastId, last.playback.state);
      console.log("play", (await ahead.play("p4", 0)).late);
      here.close();
      ahead.close();
      """;

  @Test
  void whatAPersonDoesNow_winsOverFastClocks(RedisServer redis, @TempDir Path directory)
      throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      String module = TABS.formatted(node.url(), API, session(node));
      assertEquals(
          List.of(
              "ahead false",
              "pause false",
              "play false",
              "far false",
              "seek false",
              "stop false p3 stopped",
              "play false"),
          inNode(node, module, directory).lines().toList());
    }
  }

  @Test
  void firstSessionOverASocket_worksWhenPasted(RedisServer redis, @TempDir Path directory)
      throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      String said = inNode(node, realtime.block("A test runs this module."), directory);
      assertTrue(said.contains("\"podcastId\":\"p1\",\"state\":\"playing\""), said);
      assertTrue(said.contains("late false"), said);
      assertTrue(said.contains("{\"podcastId\":\"p1\",\"listeners\":1,"), said);
    }
  }

  /** In a Node without WebSocket the client fails at once with a short message. */
  @Test
  void client_withoutAWebSocket_saysWhatIsMissing(RedisServer redis, @TempDir Path directory)
      throws Exception {
    assumeTrue(nodeVersion() >= 20, "there is no Node 20 here");
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      Path module = directory.resolve("first.mjs");
      Files.writeString(
          module,
          "delete globalThis.WebSocket; const source = await (await fetch('%s/client.js')).text();"
                  .formatted(node.url())
              + " const { connect } = await import('data:text/javascript,' +"
              + " encodeURIComponent(source));"
              + " await connect('%s%s', {session: 's1'}).play('p1');".formatted(node.url(), API));
      String said = run(directory, "node", module.toString());
      assertTrue(said.contains("There is no WebSocket here: use Node 22, `npm install ws`"), said);
      assertTrue(said.contains("Cannot find module 'ws'"), said);
      assertTrue(said.length() < 8_000, said);
    }
  }

  /** Runs the page's script as a module, in a Node that has a WebSocket or can get one. */
  private String inNode(RunningNode node, String module, Path directory) throws Exception {
    assumeTrue(nodeVersion() >= 20, "there is no Node 20 here");
    String local = "http://127.0.0.1:8080";
    Files.writeString(directory.resolve("first.mjs"), module.replace(local, node.url()));
    String lines = realtime.block("A test runs these lines.").replace(local, node.url());
    String ws = lines.lines().filter(line -> line.startsWith("npm ")).findFirst().orElseThrow();
    if (nodeVersion() < 22) {
      run(directory, "sh", "-c", ws);
      assumeTrue(
          Files.exists(directory.resolve("node_modules/ws")),
          "there is no registry here to get the package ws from");
    }
    return run(directory, "sh", "-c", lines.replace(ws, ""));
  }

  private static int nodeVersion() throws Exception {
    try {
      String version = run(Path.of("."), "node", "-p", "process.versions.node");
      return Integer.parseInt(version.split("\\.", 2)[0]);
    } catch (IOException none) {
      return 0;
    }
  }

  private static String run(Path directory, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return said;
  }
}
