package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The documentation in a browser, and the page that links to it. */
@ExtendWith(RedisExtension.class)
class DocsTest {

  @Test
  void docs_showEveryOperationAndNoError(RedisServer redis) throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Browser browser = Browser.start()) {
      long operations = operations(new JsonObject(node.get("/openapi.json").body()));
      browser.open(node.url() + "/docs/openapi");
      browser.await("document.querySelectorAll('.opblock').length >= " + operations);
      assertEquals(
          "", browser.evaluate("document.querySelector('.errors-wrapper')?.textContent ?? ''"));
      String play = "[id$=reportPlayback]";
      assertNotNull(browser.evaluate("document.querySelector('" + play + "')?.id"));
      browser.click(play + " .opblock-summary-control");
      browser.awaitText(play + " .opblock-body", "seq");
      assertEquals(
          "", browser.evaluate("document.querySelector('.errors-wrapper')?.textContent ?? ''"));
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void webSocketReference_showsEveryOperation(RedisServer redis) throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Browser browser = Browser.start()) {
      JsonObject contract = new JsonObject(node.get("/asyncapi.json").body());
      int messages = contract.getJsonObject("components").getJsonObject("messages").size();
      browser.open(node.url() + "/docs/asyncapi");
      browser.await("document.querySelectorAll('h3').length === " + messages);
      browser.awaitText("#contents", "Close codes");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void pages_leadToEachOther(RedisServer redis) throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Browser browser = Browser.start()) {
      browser.open(node.url() + "/docs");
      browser.click("nav a[href='/docs/streams']");
      browser.awaitText("h1", "Streams");
      browser.awaitText("nav [aria-current]", "Streams");
      assertEquals(List.of(), browser.complaints());
    }
  }

  private static long operations(JsonObject contract) {
    return contract.getJsonObject("paths").stream()
        .flatMap(path -> ((JsonObject) path.getValue()).fieldNames().stream())
        .filter(List.of("get", "put", "post", "patch", "delete", "head")::contains)
        .count();
  }

  @Test
  void firstPage_leadsToTheConsoleAndTheDocuments(RedisServer redis) throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Browser browser = Browser.start()) {
      JsonObject links = new JsonObject(node.get("/").body()).getJsonObject("links");
      for (String name : links.fieldNames()) {
        assertEquals(200, node.get(links.getString(name)).statusCode(), name);
      }
      browser.open(node.url() + "/");
      for (String name : links.fieldNames()) {
        browser.await("document.querySelector('a[href=\"" + links.getString(name) + "\"]')");
      }
      browser.click("a[href='/console']");
      browser.awaitText("#state", "live");
      assertEquals(List.of(), browser.complaints());
    }
  }
}
