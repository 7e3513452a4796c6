package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console in a browser shows the node's data, and its buttons work. */
@ExtendWith(RedisExtension.class)
class ConsoleTest {

  private static final String API = "/api/v1/aethercast";
  private static final String YES = "dialog [data-yes]";

  private static RunningNode node(RedisServer redis) {
    return RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
  }

  private static void open(Browser browser, RunningNode node) throws Exception {
    browser.hurry();
    browser.open(node.url() + "/console");
    browser.awaitText("#state", "live");
  }

  private static void ok(java.net.http.HttpResponse<String> answer) {
    assertEquals(2, answer.statusCode() / 100, answer.body());
  }

  @Test
  void numbers_changeAsTheDoorsAreUsed(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node);
      browser.awaitText("[data-tile=sessions-aethercast] .value", "0");
      for (int i = 1; i <= 3; i++) {
        ok(node.post(API + "/sessions", "{\"id\":\"s" + i + "\",\"userId\":\"u1\"}"));
      }
      browser.awaitText("[data-tile=sessions-aethercast] .value", "3");
      for (int i = 1; i <= 2; i++) {
        ok(
            node.put(
                API + "/sessions/s" + i + "/playback",
                "{\"podcastId\":\"p1\",\"state\":\"playing\",\"positionMs\":0}"));
      }
      browser.awaitText("[data-tile=listeners] .value", "2");
      browser.awaitText(".top", "p1");
      browser.awaitText("[data-podcast]", "2 listeners, 1 users");
      ok(node.delete(API + "/sessions/s1"));
      browser.awaitText("[data-podcast]", "1 listeners");
      browser.awaitText("[data-tile=sessions-aethercast] .value", "2");
      seesStatuses(browser, node);
      seesProvidersAndCaches(browser, node);
      browser.awaitText("#redis .figures", "Redis ");
      browser.awaitText("#redis", "this one");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void withAManagementPort_allIsShown_andWhatStallsAsTheSettingsSay(RedisServer redis)
      throws Exception {
    Map<String, String> environment =
        Map.of(
            "AETHERKEEP_REDIS_URL",
            redis.url(),
            "AETHERKEEP_HTTP_MANAGEMENT_PORT",
            "0",
            "AETHERKEEP_STATUS_STALLED_AFTER",
            "100ms");
    try (RunningNode node = RunningNode.start(environment);
        Browser browser = Browser.start()) {
      open(browser, node);
      browser.awaitText("#redis .figures", "Redis ");
      browser.awaitText("#redis", "this one");
      String path = API + "/status/crawl/c1";
      ok(node.put(path, "{\"status\":\"running\"}"));
      browser.awaitText("[data-status='crawl/c1']", "stalled");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void aNodeThatAnswersNothing_isNotReady(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node);
      JsonObject ready = new JsonObject().put("urlPattern", "*/health/ready");
      browser.call("Fetch.enable", "patterns", new JsonArray().add(ready));
      browser.awaitText("#banner", "this node does not answer");
      browser.await("document.querySelectorAll('.tile.stale').length >= 5");
      browser.call("Fetch.disable");
      browser.await("document.querySelector('#banner').hidden");
    }
  }

  private static void seesStatuses(Browser browser, RunningNode node) throws Exception {
    String path = API + "/status/podcast/made";
    ok(node.put(path, "{\"podcast_id\":\"made\",\"status\":\"queued\",\"progress\":5}"));
    browser.awaitText("[data-status='podcast/made']", "queued");
    ok(node.put(path, "{\"podcast_id\":\"made\",\"status\":\"audio_rendering\",\"progress\":60}"));
    browser.awaitText("[data-status='podcast/made']", "60 %");
    browser.awaitText("#statuses .chips", "podcast audio_rendering 1");
    ok(
        node.put(
            path, "{\"podcast_id\":\"made\",\"status\":\"error\",\"error_message\":\"hoarse\"}"));
    browser.awaitText("#statuses .errors", "hoarse");
    browser.await("!document.querySelector(\"[data-status='podcast/made']\")");
  }

  private static void seesProvidersAndCaches(Browser browser, RunningNode node) throws Exception {
    String good = "{\"success\":true,\"latencyMs\":812}";
    String bad = "{\"success\":false,\"latencyMs\":9000,\"error\":\"timeout\"}";
    ok(node.post(API + "/providers/openai/outcomes", good));
    browser.awaitText("[data-provider=openai]", "healthy");
    ok(node.post(API + "/providers/openai/outcomes", "[" + (bad + ",").repeat(4) + bad + "]"));
    browser.awaitText("[data-provider=openai]", "5 failures in a row");
    ok(node.put(API + "/caches/topic/t1", "{\"topic_id\":\"t1\"}"));
    ok(node.get(API + "/caches/topic/t1"));
    browser.awaitText("[data-keyspace=topic]", "100 %");
  }

  @Test
  void actions_areDone(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node);
      endsASession(browser, node);
      invalidates(browser, node);
      turnsAProvider(browser, node);
      browser.click("[data-space=council]");
      browser.awaitText("#state", "live");
      configures(browser, node);
      assertEquals(List.of(), browser.complaints());
    }
  }

  private static void endsASession(Browser browser, RunningNode node) throws Exception {
    ok(node.post(API + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}"));
    browser.fill("#session-what", "s1");
    browser.click("#sessions [type=submit]");
    browser.awaitText("[data-session=s1]", "u1");
    browser.click("[data-session=s1] button.danger");
    browser.click("dialog [value=no]");
    browser.await("!document.querySelector('dialog')");
    assertEquals(200, node.get(API + "/sessions/s1").statusCode());
    browser.fill("#session-what", "u1");
    browser.click("#sessions [type=submit]");
    browser.awaitText(".found", "everywhere");
    browser.click("[data-session=s1] button.danger");
    browser.click(YES);
    browser.awaitText(".found", "s1 was ended");
    assertEquals(404, node.get(API + "/sessions/s1").statusCode());
  }

  private static void invalidates(Browser browser, RunningNode node) throws Exception {
    for (String id : List.of("t1", "t2", "u3")) {
      ok(node.put(API + "/caches/topic/" + id, "{\"topic_id\":\"" + id + "\"}"));
    }
    browser.awaitText("#inv-keyspace", "topic");
    browser.fill("#inv-keyspace", "topic");
    browser.fill("#inv-by", "pattern");
    browser.fill("#inv-what", "t*");
    assertEquals(true, browser.evaluate("document.querySelector('#caches .danger').disabled"));
    browser.click("#caches [type=submit]");
    browser.awaitText("#caches output", "2 would be removed");
    assertEquals(200, node.get(API + "/caches/topic/t1").statusCode());
    browser.click("#caches .danger");
    browser.click(YES);
    browser.awaitText("#caches output", "2 removed");
    assertEquals(404, node.get(API + "/caches/topic/t1").statusCode());
    assertEquals(200, node.get(API + "/caches/topic/u3").statusCode());
  }

  private static void turnsAProvider(Browser browser, RunningNode node) throws Exception {
    ok(node.post(API + "/providers/openai/outcomes", "{\"success\":true,\"latencyMs\":812}"));
    browser.click("[data-provider=openai] button");
    browser.fill("#ask-reason", "invoice unpaid");
    browser.click(YES);
    browser.awaitText("[data-provider=openai]", "invoice unpaid");
    browser.click("[data-provider=openai] button");
    browser.click(YES);
    browser.awaitText("[data-provider=openai]", "healthy");
  }

  private static void configures(Browser browser, RunningNode node) throws Exception {
    String config = "/api/v1/council/configs/deliberation";
    browser.awaitText("#configs .versions", "No version yet");
    browser.fill("#config-text", "{\"rounds\": 99, \"preset\": \"fast\"}");
    browser.click("#configs .main");
    browser.click(YES);
    browser.awaitText("#config-error", "rounds");
    browser.fill("#config-text", "{\"rounds\": 2, \"preset\": \"fast\"}");
    browser.click("#configs .main");
    browser.awaitText("dialog", "Save deliberation in council?");
    browser.awaitText("dialog .added", "rounds");
    browser.click("dialog [value=no]");
    browser.await("!document.querySelector('dialog')");
    assertEquals(404, node.get(config).statusCode());
    browser.click("#configs .main");
    browser.click(YES);
    browser.awaitText("[data-version='1']", "console");
    ok(node.put(config, "{\"rounds\": 3, \"preset\": \"fast\"}"));
    browser.awaitText("[data-version='2'] .added", "/rounds 3");
    browser.await("document.querySelector('#config-text').value.includes('3')");
    browser.click("[data-version='1'] button");
    browser.click(YES);
    browser.awaitText("[data-version='3']", "console");
    assertTrue(node.get(config).body().matches("(?s).*\"rounds\":\\s*2.*"));
    browser.fill("#config-name", "another");
    browser.await("document.querySelector('#config-names option[value=deliberation]')");
    ok(node.put("/api/v1/council/configs/limits", "{\"tokens\": 1}"));
    browser.fill("#config-name", "limits");
    browser.awaitText("#configs .versions", "1");
    browser.await("document.querySelector('#config-names option[value=limits]')");
  }

  @Test
  void streams_areFollowedAsTheyAreWritten_andStopped(RedisServer redis) throws Exception {
    String path = API + "/streams/chat/42";
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node);
      browser.awaitText("#streams .none", "No stream is followed");
      ok(node.put(path, "[{\"text\":\"Once upon\"}]"));
      browser.fill("#stream-what", "chat/42");
      browser.click("#streams [type=submit]");
      browser.awaitText("[data-tail='chat/42'] pre", "Once upon");
      ok(node.post(path, "{\"text\":\"a time\"}"));
      browser.awaitText("[data-tail='chat/42'] pre", "a time");
      browser.awaitText("[data-stream='chat/42']", "chat/42");
      browser.awaitText("#streams .heading .chips", "appends 1");
      browser.click("#streams .card button.danger");
      browser.click("dialog [value=no]");
      browser.await("!document.querySelector('dialog')");
      browser.click("#streams .card button.danger");
      browser.fill("#ask-reason", "wrong tale");
      browser.click(YES);
      browser.awaitText("[data-tail='chat/42'] .badge", "stopped: wrong tale");
      assertEquals(409, node.post(path, "{\"text\":\"more\"}").statusCode());
      browser.awaitText("#streams .heading .chips", "refused 1");
      browser.click("[data-stream='chat/42']");
      browser.awaitText("[data-tail='chat/42'] .badge", "stopped: wrong tale");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void webhooks_areAddedTestedAndDisabled(RedisServer redis) throws Exception {
    Map<String, String> settings =
        Map.of(
            "AETHERKEEP_REDIS_URL", redis.url(),
            "AETHERKEEP_WEBHOOKS_ALLOW_NETWORKS", "127.0.0.0/8",
            "AETHERKEEP_WEBHOOKS_FIRST_RETRY", "50ms",
            "AETHERKEEP_WEBHOOKS_GIVE_UP_AFTER", "1s");
    AtomicInteger answer = new AtomicInteger(500);
    HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(answer.get(), -1);
          exchange.close();
        });
    receiver.start();
    try (RunningNode node = RunningNode.start(settings);
        Browser browser = Browser.start()) {
      open(browser, node);
      browser.awaitText("#webhooks .none", "No webhook");
      browser.click("#webhooks .heading button");
      browser.fill("#ask-url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
      browser.fill("#ask-events", "status-changed");
      browser.click(YES);
      browser.awaitText("dialog [data-secret]", "whsec_");
      browser.click(YES);
      ok(node.put(API + "/status/crawl/c1", "{\"status\":\"running\"}"));
      browser.awaitText("[data-webhook] .chips", "dead letters 1");
      browser.click("[data-webhook] [data-act=dead]");
      browser.awaitText("[data-webhook] table", "status/crawl/c1");
      browser.click("[data-webhook] [data-act=attempts]");
      browser.awaitText("[data-webhook] table", "(500)");
      answer.set(204);
      browser.click("[data-webhook] [data-act=replay]");
      browser.click(YES);
      browser.awaitText("[data-webhook] .chips", "dead letters 0");
      browser.awaitText("[data-webhook] .badge", "delivered");
      browser.click("[data-webhook] [data-act=test]");
      browser.awaitText("#toasts", "It answered 204");
      browser.click("[data-webhook] .choices button:last-child");
      browser.click(YES);
      browser.awaitText("[data-webhook] .badge", "disabled");
      assertEquals(List.of(), browser.complaints());
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  void restart_isSurvivedWithoutAReload(RedisServer redis) throws Exception {
    try (Browser browser = Browser.start()) {
      String port;
      try (RunningNode node = node(redis)) {
        port = node.url().replaceAll(".*:", "");
        open(browser, node);
        browser.evaluate("window.sameAsBefore = true");
      }
      browser.await("document.querySelector('#state').dataset.state !== 'open'");
      Map<String, String> again =
          Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_PORT", port);
      try (RunningNode node = RunningNode.start(again)) {
        browser.awaitText("#state", "live");
        ok(node.post(API + "/sessions", "{\"userId\":\"u1\"}"));
        browser.awaitText("[data-tile=sessions-aethercast] .value", "1");
        ok(node.post(API + "/providers/back/outcomes", "{\"success\":true,\"latencyMs\":8}"));
        browser.awaitText("[data-provider=back]", "healthy");
        assertEquals(true, browser.evaluate("window.sameAsBefore"));
        assertEquals(List.of(), browser.complaints());
      }
    }
  }

  /** Older data is grey, with its age; the node's own figures stay current. */
  @Test
  void aNodeThatIsNotReady_isSaidOverThePage() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
    String tile = "document.querySelector('[data-tile=sessions-aethercast]')";
    String banner = "document.querySelector('#banner')";
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Browser browser = Browser.start()) {
      open(browser, node);
      ok(node.post(API + "/sessions", "{\"userId\":\"u1\"}"));
      browser.awaitText("[data-tile=sessions-aethercast] .value", "1");
      browser.awaitText("[data-tile=redis] .value", "ms");
      browser.await(banner + ".hidden && !document.querySelector('.tile.stale')");
      int port = redis.port();
      redis.close();
      browser.await("!" + banner + ".hidden");
      browser.awaitText("#banner", "redis/aethercast");
      browser.awaitText("#state", "not ready");
      browser.await(tile + ".classList.contains('stale')");
      browser.awaitText("[data-tile=sessions-aethercast] .value", "1");
      browser.awaitText("[data-tile=sessions-aethercast] .beside", " ago");
      browser.awaitText("[data-tile=redis] .beside", " ago");
      browser.awaitText("#redis .badge", "down");
      assertEquals(false, browser.evaluate(banner + ".getBoundingClientRect().height === 0"));
      redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(port));
      browser.awaitText("#state", "live");
      browser.await(banner + ".hidden && !document.querySelector('.tile.stale')");
      assertEquals(List.of(), browser.complaints());
    } finally {
      redis.close();
    }
  }
}
