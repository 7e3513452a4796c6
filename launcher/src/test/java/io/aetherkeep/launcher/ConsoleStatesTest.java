package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each view of the console without data, without permission, and without Redis. */
@ExtendWith(RedisExtension.class)
class ConsoleStatesTest {

  private static final String CAST = "/api/v1/aethercast";

  private static void begin(Browser browser, RunningNode node, String address) throws Exception {
    browser.hurry();
    browser.open(node.url() + "/console/" + address);
    browser.awaitText("#state", "live");
  }

  @Test
  void emptyViews_sayThatThereIsNothing(RedisServer redis) throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Browser browser = Browser.start()) {
      begin(browser, node, "content");
      for (Map.Entry<String, String> said :
          Map.of(
                  "events", "Nothing has happened",
                  "sessions", "No session matches.",
                  "podcasts", "Nobody listens.",
                  "statuses", "No job is in progress.",
                  "streams", "No stream is stored",
                  "providers", "No provider is known",
                  "webhooks", "No webhook",
                  "audit", "No operation")
              .entrySet()) {
        ConsoleViews.open(browser, said.getKey());
        browser.awaitText("main", said.getValue());
      }
      for (String view : ConsoleViews.LISTS.keySet()) {
        ConsoleViews.open(browser, view);
        browser.await(ConsoleViews.SETTLED);
      }
      assertEquals(List.of(), browser.complaints());
    }
  }

  /** A key of one space that may only read: no action, and no view of operators. */
  @Test
  void aKeyThatMayRead_seesNoAction(RedisServer redis, @TempDir Path directory) throws Exception {
    Path file = directory.resolve("keys.json");
    KeysOfNode keys = new KeysOfNode(file);
    String reader = keys.add("read", "aethercast");
    String admin = keys.add("admin,read,write");
    Map<String, String> environment =
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_ACCESS_KEYS_FILE", file.toString());
    try (RunningNode node = RunningNode.start(environment);
        Browser browser = Browser.start()) {
      browser.hurry();
      browser.open(node.url() + "/console/aethercast");
      browser.awaitText("dialog", "requires a credential");
      browser.fill("#ask-key", reader);
      browser.click("dialog [data-yes]");
      browser.awaitText("#state", "live");
      browser.evaluate(
          "fetch('%s/streams/chat/42', {method: 'PUT', body: '[]', headers: {'Content-Type':"
                  .formatted(CAST)
              + " 'application/json', Authorization: 'Bearer %s'}}).then(() => true)"
                  .formatted(admin));
      assertEquals(
          "overview,events,sessions,podcasts,statuses,streams,caches,configs,providers",
          browser.evaluate(
              "[...document.querySelectorAll('[data-to]')].map(link => link.dataset.to).join()"));
      for (String address :
          List.of(
              "overview",
              "sessions",
              "statuses",
              "streams",
              "streams/chat/42",
              "caches/topic",
              "caches/topic/t1",
              "configs/council",
              "providers")) {
        browser.open(node.url() + "/console/aethercast/" + address);
        browser.await(ConsoleViews.SETTLED);
        assertEquals(
            "",
            browser.evaluate(
                "[...document.querySelectorAll('main .danger, main [data-act], main .main')]"
                    + ".filter(one => one.type !== 'submit').map(one => one.textContent).join()"),
            address);
      }
      for (String view : List.of("webhooks", "audit", "sockets", "nodes", "redis")) {
        browser.open(node.url() + "/console/aethercast/" + view);
        browser.awaitText("main", "does not permit this view");
      }
      assertEquals(List.of(), browser.complaints());
    }
  }

  /** Values that are shown stay, greyed and with their age; other views say why they have none. */
  @Test
  void withoutRedis_eachViewSaysSo() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Browser browser = Browser.start()) {
      ConsoleViews.fill(node);
      begin(browser, node, "aethercast/statuses/request/r1");
      browser.awaitText("[aria-label=Status]", "attempt");
      browser.awaitText("[data-child]", "failed");
      int port = redis.port();
      redis.close();
      browser.await("!document.querySelector('#banner').hidden");
      browser.await("document.querySelector('.loaded[data-state=stale]')");
      browser.awaitText(".loaded[data-state=stale] .none", " ago");
      browser.awaitText("[aria-label=Document]", "processing");
      for (String view : ConsoleViews.LISTS.keySet()) {
        ConsoleViews.open(browser, view);
        browser.await(ConsoleViews.SETTLED);
        assertEquals(
            false,
            browser.evaluate("document.querySelector('#banner').hidden"),
            view + " hides the outage");
        if (!List.of("overview", "events", "nodes").contains(view)) {
          browser.await(
              "document.querySelector('[data-state=stale], [data-state=failed],"
                  + " [data-state=empty], main .none:not([hidden])')");
        }
      }
      ConsoleViews.open(browser, "overview");
      browser.awaitText("[aria-label='Most heard now']", "cannot be read");
      browser.awaitText(".worries", "Redis is unavailable");
      ConsoleViews.open(browser, "configs");
      redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(port));
      browser.await("document.querySelector('#banner').hidden");
      browser.await("!document.querySelector('[data-state=stale], [data-state=failed]')");
      assertEquals(List.of(), browser.complaints());
    } finally {
      redis.close();
    }
  }
}
