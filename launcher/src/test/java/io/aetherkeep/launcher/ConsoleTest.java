package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The console in a browser shows the node's data, and its buttons work. */
@ExtendWith(RedisExtension.class)
class ConsoleTest {

  private static final String API = "/api/v1/aethercast";
  private static final String YES = "dialog [data-yes]";

  private static RunningNode node(RedisServer redis) {
    return RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
  }

  /** Opens a view, and waits for the connection. */
  private static void open(Browser browser, RunningNode node, String address) throws Exception {
    browser.hurry();
    browser.open(node.url() + "/console/" + address);
    browser.awaitText("#state", "live");
  }

  private static void ok(java.net.http.HttpResponse<String> answer) {
    assertEquals(2, answer.statusCode() / 100, answer.body());
  }

  @Test
  void overview_followsTheNumbers_andLinksOn(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node, "aethercast");
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
      String bad = "{\"success\":false,\"latencyMs\":9000,\"error\":\"timeout\"}";
      ok(node.post(API + "/providers/openai/outcomes", "[" + (bad + ",").repeat(4) + bad + "]"));
      browser.awaitText(".worries", "5 failures in a row");
      browser.awaitText(".top", "p1");
      browser.click(".top a");
      browser.awaitText(".facts", "listeners2");
      browser.awaitText("[data-member=s1]", "u1");
      browser.awaitText("[data-member=s2]", "playing");
      ok(node.delete(API + "/sessions/s1"));
      browser.awaitText("[aria-label='Joined and left']", "left s1");
      browser.await("!document.querySelector('[data-member=s1]')");
      browser.click("[data-member=s2] a");
      browser.awaitText("[aria-label=Playback]", "p1");
      assertEquals("/console/aethercast/sessions/s2", browser.evaluate("location.pathname"));
      browser.evaluate("history.back()");
      browser.awaitText("[data-member=s2]", "u1");
      browser.evaluate("history.back()");
      browser.awaitText("[data-tile=sessions-aethercast] .value", "2");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void statuses_areListedAndFiltered_andOneShowsItsCourseChildrenAndStreams(RedisServer redis)
      throws Exception {
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node, "aethercast/statuses");
      browser.awaitText("[data-view=statuses]", "No job is in progress.");
      String path = API + "/status/podcast/made";
      ok(
          node.put(
              path,
              "{\"podcast_id\":\"made\",\"status\":\"queued\",\"progress\":5,\"queuePosition\":3,"
                  + "\"children\":4,\"streams\":{\"logs\":\"jobs/7/logs\"}}"));
      String part = "{\"status\":\"running\",\"progress\":60,\"parent\":\"podcast/made\"}";
      ok(node.put(API + "/status/crawl/c1", part));
      ok(node.put(API + "/status/crawl/c2", part.replace("running", "completed")));
      browser.awaitText("[data-status='podcast/made']", "queued");
      browser.awaitText(".chips", "crawl running 1");
      browser.fill("#filter-kind", "crawl");
      browser.await("!document.querySelector(\"[data-status='podcast/made']\")");
      assertEquals("?kind=crawl", browser.evaluate("location.search"));
      browser.fill("#filter-kind", "");
      browser.click("[data-status='podcast/made'] a");
      browser.awaitText("[aria-label=Status]", "position in its queue3");
      browser.awaitText("[aria-label=Children]", "done1");
      browser.awaitText("[data-child='crawl/c1']", "15.0 of 25.0 %");
      browser.awaitText("[data-child='crawl/c2']", "done");
      browser.awaitText("[aria-label=Course]", "queued");
      ok(
          node.put(
              path,
              "{\"podcast_id\":\"made\",\"status\":\"audio_rendering\",\"progress\":60,"
                  + "\"children\":4,\"streams\":{\"logs\":\"jobs/7/logs\"}}"));
      browser.awaitText("[aria-label=Course]", "audio_rendering");
      browser.click("[data-act=cancel]");
      browser.fill("#ask-reason", "too expensive");
      browser.click(YES);
      browser.awaitText("[aria-label=Course]", "too expensive");
      browser.awaitText("[aria-label=Status]", "too expensive");
      browser.await("document.querySelector('[data-act=cancel]').disabled");
      browser.click("[data-child='crawl/c1'] a");
      browser.awaitText("[aria-label=Status]", "parentpodcast/made");
      browser.click("[aria-label=Status] a");
      ok(node.put(API + "/streams/jobs/7/logs", "[{\"text\":\"Once upon\"}]"));
      browser.click("[aria-label=Streams] a");
      browser.awaitText("pre.live", "Once upon");
      ok(
          node.put(
              path, "{\"podcast_id\":\"made\",\"status\":\"error\",\"error_message\":\"hoarse\"}"));
      browser.open(node.url() + "/console/aethercast/statuses?state=failed");
      browser.awaitText("[data-status='podcast/made']", "hoarse");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void statuses_endByTheWordsOfTheirSpace(RedisServer redis, @TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("aetherkeep.yaml");
    Files.writeString(
        file, "spaces: {aethercast: {ends: {crawl: {done: \"indexed\", failed: \"blocked*\"}}}}");
    Map<String, String> environment = Map.of("AETHERKEEP_REDIS_URL", redis.url());
    try (RunningNode node = RunningNode.start(file, environment);
        Browser browser = Browser.start()) {
      open(browser, node, "aethercast/statuses?state=failed");
      ok(node.put(API + "/status/crawl/c1", "{\"status\":\"blocked-by-robots\"}"));
      ok(node.put(API + "/status/crawl/c2", "{\"status\":\"indexed\"}"));
      browser.awaitText("[data-status='crawl/c1']", "blocked-by-robots");
      browser.click("[data-status='crawl/c1'] a");
      browser.await("document.querySelector('.heading .badge')?.dataset.state === 'disabled'");
      browser.open(node.url() + "/console/aethercast/statuses/crawl/c2");
      browser.await("document.querySelector('.heading .badge')?.dataset.state === 'healthy'");
      browser.await("document.querySelector('[data-act=cancel]').disabled");
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
      open(browser, node, "aethercast/redis");
      browser.awaitText(".figures", "Redis ");
      browser.click("[data-to=nodes]");
      browser.awaitText("[data-node]", "this one");
      browser.click("[data-node] a");
      browser.awaitText(".facts", "processors in use");
      browser.awaitText(".facts", "connections");
      ok(node.put(API + "/status/crawl/c1", "{\"status\":\"running\"}"));
      browser.click("[data-to=statuses]");
      browser.awaitText("[data-status='crawl/c1']", "stalled");
      browser.click("[data-to=overview]");
      browser.awaitText(".worries", "1 job stalled");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void aNodeThatAnswersNothing_isNotReady(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node, "aethercast");
      browser.awaitText("[data-tile=sessions-aethercast] .value", "0");
      JsonObject ready = new JsonObject().put("urlPattern", "*/health/ready");
      browser.call("Fetch.enable", "patterns", new JsonArray().add(ready));
      browser.awaitText("#banner", "this node does not answer");
      browser.await("document.querySelectorAll('.tile.stale').length >= 4");
      browser.call("Fetch.disable");
      browser.await("document.querySelector('#banner').hidden");
    }
  }

  @Test
  void sessions_areFoundByUser_andEnded(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      ok(node.post(API + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}"));
      ok(node.post(API + "/sessions", "{\"id\":\"s2\",\"userId\":\"u1\"}"));
      ok(node.post(API + "/sessions", "{\"id\":\"s3\",\"userId\":\"u2\"}"));
      open(browser, node, "aethercast/sessions");
      browser.awaitText("[data-session=s3]", "u2");
      browser.fill("#filter-user", "u1");
      browser.await("!document.querySelector('[data-session=s3]')");
      browser.awaitText("[data-session=s1]", "u1");
      browser.click("[data-session=s1] a");
      browser.awaitText("[aria-label=Document]", "user_id");
      browser.awaitText("[data-key='session:s1']", "30 min");
      browser.awaitText("[aria-label=Events]", "session-opened");
      browser.awaitText("[aria-label=Playback]", "sockets0");
      browser.click("[data-act=end]");
      browser.awaitText("dialog", "0 sockets on all nodes");
      browser.click("dialog [value=no]");
      browser.await("!document.querySelector('dialog')");
      assertEquals(200, node.get(API + "/sessions/s1").statusCode());
      browser.click("[data-act=end]");
      browser.click(YES);
      browser.awaitText("main", "s1 was ended");
      assertEquals(404, node.get(API + "/sessions/s1").statusCode());
      browser.click("nav.back a");
      browser.awaitText("[data-session=s3]", "u2");
      browser.fill("#filter-user", "u1");
      browser.click("[data-act=everywhere]");
      browser.awaitText("dialog", "1 session will end");
      browser.click(YES);
      browser.awaitText("main", "u1 has no session");
      assertEquals(404, node.get(API + "/sessions/s2").statusCode());
      assertEquals(List.of(), browser.complaints());
    }
  }

  private static boolean seesEvents(Browser browser) throws Exception {
    return Boolean.TRUE.equals(browser.evaluate("Boolean(document.querySelector('[data-event]'))"));
  }

  @Test
  void events_areTailed_filtered_pausedAndCopied(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis);
        RunningNode other = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node, "aethercast/events");
      browser.awaitText("[data-view=events]", "Nothing has happened");
      for (int i = 0; !seesEvents(browser); i++) {
        ok(other.put(API + "/status/crawl/c1", "{\"status\":\"s" + i + "\"}"));
      }
      ok(other.post(API + "/sessions", "{\"id\":\"s1\",\"userId\":\"u1\"}"));
      browser.awaitText("[data-event]", "session-opened");
      browser.fill("#filter-text", "u1");
      browser.awaitText("[data-view=events] .beside", "1 of ");
      browser.click("[data-act=copy]");
      browser.awaitText("#toasts", "Copied 1 event");
      browser.click("[data-act=pause]");
      ok(other.post(API + "/sessions", "{\"id\":\"s2\",\"userId\":\"u1\"}"));
      browser.click("[data-act=pause]");
      browser.awaitText("[data-view=events] .beside", "2 of ");
      browser.click("[data-event] a");
      browser.awaitText("[aria-label=Document]", "user_id");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void aHistory_isAChat(RedisServer redis) throws Exception {
    String council = "/api/v1/council/sessions";
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      ok(node.post(council, "{\"id\":\"conv-1\",\"userId\":\"u1\"}"));
      open(browser, node, "council/sessions/conv-1");
      browser.awaitText("[aria-label=History]", "No message yet.");
      String message = "{\"role\":\"user\",\"content\":\"Why?\",\"tokens\":7}";
      ok(node.post(council + "/conv-1/history", message));
      browser.awaitText(".chat [data-role=user]", "Why?");
      browser.awaitText("[aria-label=History]", "1 message, 7 tokens");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void cacheEntries_areExplained_andRemovedAfterACount(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      for (String id : List.of("t1", "t2", "u3")) {
        ok(node.put(API + "/caches/topic/" + id, "{\"topic_id\":\"" + id + "\"}"));
      }
      ok(node.get(API + "/caches/topic/t1"));
      open(browser, node, "aethercast/caches");
      browser.awaitText("[data-keyspace=topic]", "100 %");
      browser.click("[data-keyspace=topic] a");
      browser.fill("#inv-by", "pattern");
      browser.fill("#inv-what", "t*");
      assertEquals(true, browser.evaluate("document.querySelector('main .danger').disabled"));
      browser.click("[aria-label=Invalidate] [type=submit]");
      browser.awaitText("output", "2 would be removed");
      assertEquals(200, node.get(API + "/caches/topic/t1").statusCode());
      browser.click("[aria-label=Invalidate] .danger");
      browser.click(YES);
      browser.awaitText("output", "2 removed");
      assertEquals(404, node.get(API + "/caches/topic/t1").statusCode());
      browser.fill("#filter-pattern", "u*");
      browser.await("document.querySelectorAll('[data-entry]').length === 1");
      browser.click("[data-entry] a");
      browser.awaitText("[aria-label=Entry]", "a hit from ");
      browser.awaitText("[aria-label=Value]", "u3");
      browser.awaitText("[data-copy]", "of this version");
      ok(node.put(API + "/caches/topic/u3", "{\"topic_id\":\"u3\",\"new\":true}"));
      browser.awaitText("[aria-label=Value]", "new");
      browser.click("[data-act=remove]");
      browser.click(YES);
      browser.awaitText("main", "It was removed.");
      assertEquals(404, node.get(API + "/caches/topic/u3").statusCode());
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void providers_areDisabledForATime_andShowTheirLeases(RedisServer redis) throws Exception {
    Map<String, String> environment =
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_PROVIDERS_REQUESTS_A_MINUTE", "60");
    try (RunningNode node = RunningNode.start(environment);
        Browser browser = Browser.start()) {
      ok(node.post(API + "/providers/openai/outcomes", "{\"success\":true,\"latencyMs\":812}"));
      open(browser, node, "aethercast/providers");
      browser.awaitText("[data-provider=openai]", "healthy");
      browser.click("[data-provider=openai] a");
      browser.awaitText("[aria-label=Decision]", "by its outcomes");
      browser.awaitText("[aria-label=Leases]", "0 of 60 a minute");
      browser.click("[data-act=disable]");
      browser.awaitText("dialog", "1 call in the last 15 minutes");
      browser.fill("#ask-reason", "invoice unpaid");
      browser.fill("#ask-minutes", "10");
      browser.click(YES);
      browser.awaitText("[aria-label=Decision]", "invoice unpaid");
      browser.awaitText("[aria-label=Decision]", "next check");
      browser.click("[data-act=enable]");
      browser.click(YES);
      browser.awaitText("[aria-label=Decision]", "healthy");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void configurations_areEdited_comparedAndRolledBack(RedisServer redis) throws Exception {
    String config = "/api/v1/council/configs/deliberation";
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node, "council/configs");
      browser.click("[data-config=deliberation] a");
      browser.awaitText(".versions", "No version yet");
      browser.fill("#config-text", "{\"rounds\": 99, \"preset\": \"fast\"}");
      browser.click("[aria-label=Value] .main");
      browser.click(YES);
      browser.awaitText("#config-error", "rounds");
      browser.fill("#config-text", "{\"rounds\": 2, \"preset\": \"fast\"}");
      browser.click("[aria-label=Value] .main");
      browser.awaitText("dialog", "Save deliberation in council?");
      browser.awaitText("dialog .added", "rounds");
      browser.click("dialog [value=no]");
      browser.await("!document.querySelector('dialog')");
      assertEquals(404, node.get(config).statusCode());
      browser.click("[aria-label=Value] .main");
      browser.click(YES);
      browser.awaitText("[data-version='1']", "console");
      ok(node.put(config, "{\"rounds\": 3, \"preset\": \"fast\"}"));
      browser.awaitText("[data-version='2'] .added", "/rounds 3");
      browser.awaitText("[aria-label=Nodes]", "all have this version");
      browser.await("document.querySelector('#config-text').value.includes('3')");
      browser.awaitText("[aria-label='Version 1'] .removed", "2");
      browser.awaitText("[aria-label='Version 2'] .added", "3");
      browser.click("[data-version='1'] button");
      browser.click(YES);
      browser.awaitText("[data-version='3']", "console");
      assertTrue(node.get(config).body().matches("(?s).*\"rounds\":\\s*2.*"));
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void streams_areFollowedAsTheyAreWritten_andStopped(RedisServer redis) throws Exception {
    String path = API + "/streams/chat/42";
    try (RunningNode node = node(redis);
        Browser browser = Browser.start()) {
      open(browser, node, "aethercast/streams");
      browser.awaitText("[data-view=streams]", "No stream is stored");
      ok(node.put(path, "[{\"text\":\"Once upon\"}]"));
      browser.fill("#stream-what", "chat/42");
      browser.click("[data-view=streams] [type=submit]");
      browser.awaitText("pre.live", "Once upon");
      ok(node.post(path, "{\"text\":\"a time\"}"));
      browser.awaitText("pre.live", "a time");
      browser.awaitText(".facts", "1 on ");
      browser.click("[data-act=stop]");
      browser.awaitText("dialog", "1 follower on all nodes");
      browser.click("dialog [value=no]");
      browser.await("!document.querySelector('dialog')");
      browser.click("[data-act=stop]");
      browser.fill("#ask-reason", "wrong tale");
      browser.click(YES);
      browser.awaitText(".head .badge", "stopped: wrong tale");
      assertEquals(409, node.post(path, "{\"text\":\"more\"}").statusCode());
      browser.click("nav.back a");
      browser.awaitText(".chips", "refused 1");
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
      open(browser, node, "aethercast/webhooks");
      browser.awaitText("[data-view=webhooks]", "No webhook");
      browser.click("[data-act=add]");
      browser.fill("#ask-url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
      browser.fill("#ask-events", "status-changed");
      browser.click(YES);
      browser.awaitText("dialog [data-secret]", "whsec_");
      browser.click(YES);
      browser.awaitText("[aria-label=Webhook]", "status-changed");
      ok(node.put(API + "/status/crawl/c1", "{\"status\":\"running\"}"));
      browser.awaitText("[aria-label=Webhook]", "dead letters1");
      browser.awaitText("[data-dead]", "status/crawl/c1");
      browser.awaitText("[data-delivery]", "(500)");
      String webhook =
          new JsonObject(node.get(API + "/webhooks").body())
              .getJsonArray("items")
              .getJsonObject(0)
              .getString("id");
      try (ForeignClient letters = redis.foreign(0)) {
        for (int i = 0; i < 1000; i++) {
          letters.send(
              "XADD",
              "webhook:{WEBHOOKS}:dead:" + webhook,
              "*",
              "type",
              "status-changed",
              "subject",
              "status/crawl/d" + i);
        }
      }
      browser.awaitText("[aria-label=Webhook]", "dead letters1,001");
      answer.set(204);
      browser.click("[data-act=replay]");
      browser.awaitText("dialog", "Sends 1,001 events again");
      browser.click(YES);
      browser.awaitText("#toasts", "Sending 1,001 events again");
      browser.awaitText("[aria-label=Webhook]", "dead letters0");
      browser.awaitText(".head .badge", "delivered");
      browser.click("[data-act=test]");
      browser.click(YES);
      browser.awaitText("#toasts", "It answered 204");
      browser.click("[data-act=disable]");
      browser.click(YES);
      browser.awaitText(".head .badge", "disabled");
      browser.click("nav.back a");
      browser.awaitText("[data-webhook]", "disabled");
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
        open(browser, node, "aethercast");
        browser.evaluate("window.sameAsBefore = true");
      }
      browser.await("document.querySelector('#state').dataset.state !== 'open'");
      browser.click("[data-to=webhooks]");
      browser.awaitText(".lost", "the node does not answer");
      Map<String, String> again =
          Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_PORT", port);
      try (RunningNode node = RunningNode.start(again)) {
        browser.awaitText("#state", "live");
        browser.await("!document.querySelector('.lost')");
        browser.click("[data-to=overview]");
        ok(node.post(API + "/sessions", "{\"userId\":\"u1\"}"));
        browser.awaitText("[data-tile=sessions-aethercast] .value", "1");
        ok(node.post(API + "/providers/back/outcomes", "{\"success\":true,\"latencyMs\":8}"));
        browser.click("[data-to=providers]");
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
      open(browser, node, "aethercast");
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
      browser.click("[data-to=redis]");
      browser.awaitText(".head .badge", "down");
      browser.click("[data-to=overview]");
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
