package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Session cookies in a browser, where Chromium is installed: an app's page, and a foreign one. */
@ExtendWith(RedisExtension.class)
class BrowserCookieTest {

  private static final String API = "/api/v1/aethercast";
  private static final Path CLIENT = ToolRun.repository().resolve("clients/javascript/src");

  /** Page of the app, which uses the client. */
  private static final String PAGE =
      """
      <script type="module">
      import { Aetherkeep } from "/index.js";
      window.app = new Aetherkeep("%s", { space: "aethercast", cookie: true, retries: 0 });
      </script>
      """;

  private final HttpServer pages = server();
  private volatile String nodeUrl = "";

  private HttpServer server() {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(0), 0);
      server.createContext("/", this::answer);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean isPage = path.equals("/");
    byte[] body =
        isPage
            ? PAGE.formatted(nodeUrl).getBytes(StandardCharsets.UTF_8)
            : Files.readAllBytes(CLIENT.resolve(path.substring(1)));
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", isPage ? "text/html" : "text/javascript");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private String page(String host) {
    return "http://" + host + ":" + pages.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    pages.stop(0);
  }

  @Test
  void aPage_hasASessionAndNoCredential(RedisServer redis, @TempDir Path directory)
      throws Exception {
    Chromium.assumeIsThere();
    Path key = directory.resolve("cookie.key");
    Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
    KeysOfNode keys = new KeysOfNode(directory.resolve("keys.json"));
    String[] service = {"X-API-Key", keys.add("read,write")};
    Map<String, String> environment =
        Map.of(
            "AETHERKEEP_REDIS_URL", redis.url(),
            "AETHERKEEP_ACCESS_KEYS_FILE", keys.file().toString(),
            "AETHERKEEP_ACCESS_COOKIE_KEY_FILE", key.toString(),
            "AETHERKEEP_HTTP_ORIGINS", page("127.0.0.1"));
    try (RunningNode node = RunningNode.start(environment);
        Browser browser = Browser.start()) {
      nodeUrl = node.url();
      node.post(API + "/sessions", "{\"id\":\"secret-1\"}", service);
      String ticket =
          new JsonObject(node.post(API + "/sessions/secret-1/ticket", "", service).body())
              .getString("ticket");
      browser.open(page("127.0.0.1"));
      browser.await("window.app");
      assertEquals(
          "self",
          browser.evaluate(
              "app.sessions.beginCookie({ ticket: '" + ticket + "' }).then(s => s.id)"));
      assertEquals("", browser.evaluate("document.cookie"));
      listens(browser);
      survivesAReload(browser, node, service);
      foreignPage(browser, node, service);
      logsOut(browser);
    }
  }

  private static void listens(Browser browser) throws Exception {
    browser.evaluate("window.live = app.realtime(); null");
    assertEquals("p1", browser.evaluate("live.play('p1', 0).then(a => a.playback.podcastId)"));
    browser.evaluate("live.watch('session', news => { window.news = news.data; }); null");
    browser.await("window.news && news.id === 'self'");
  }

  private static void survivesAReload(Browser browser, RunningNode node, String... service)
      throws Exception {
    browser.reload();
    browser.await("window.app");
    assertEquals(
        2, browser.evaluate("app.sessions.patch('self', { n: 2 }).then(s => s.document.n)"));
    assertEquals(2, stored(node, service));
  }

  private static int stored(RunningNode node, String... service) throws Exception {
    String session = node.get(API + "/sessions/secret-1", service).body();
    return new JsonObject(session).getJsonObject("document").getInteger("n");
  }

  /** A page of another site neither reads nor changes the session. */
  private void foreignPage(Browser browser, RunningNode node, String... service) throws Exception {
    browser.open(page("localhost"));
    browser.await("window.app");
    for (String call : List.of("get('self')", "patch('self', { n: 3 })")) {
      String foreign = "app.sessions.%s.then(() => 'done', error => error.code)".formatted(call);
      assertEquals("connection-lost", browser.evaluate(foreign));
    }
    assertEquals(2, stored(node, service));
    browser.open(page("127.0.0.1"));
    browser.await("window.app");
  }

  private static void logsOut(Browser browser) throws Exception {
    assertEquals("self", browser.evaluate("app.sessions.get('self').then(s => s.id)"));
    browser.evaluate("app.sessions.end('self')");
    assertEquals(
        "no-credentials",
        browser.evaluate("app.sessions.get('self').then(() => 'there', error => error.code)"));
  }
}
