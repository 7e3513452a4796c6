package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;

/** Table of the console's views, to walk through all of them, with one of each thing. */
final class ConsoleViews {

  private static final String CAST = "/api/v1/aethercast";

  /** Each list, with the first link in it that leads to one thing; empty if it has none. */
  static final Map<String, String> LISTS = new LinkedHashMap<>();

  static {
    LISTS.put("overview", ".top a");
    LISTS.put("events", "");
    LISTS.put("sessions", "[data-session] th a");
    LISTS.put("podcasts", "[data-podcast] th a");
    LISTS.put("statuses", "[data-status] th a");
    LISTS.put("streams", "[data-stream] th a");
    LISTS.put("caches", "[data-keyspace] th a");
    LISTS.put("configs", "[data-config] th a");
    LISTS.put("providers", "[data-provider] th a");
    LISTS.put("webhooks", "[data-webhook] th a");
    LISTS.put("audit", "");
    LISTS.put("sockets", "[data-socket] th a");
    LISTS.put("nodes", "[data-node] th a");
    LISTS.put("redis", "");
  }

  /** Nothing on the page is being read for the first time. */
  static final String SETTLED =
      "document.querySelector('main h2')"
          + " && !document.querySelector('.loaded[data-state=loading]')"
          + " && !document.querySelector('main').textContent.includes('Loading …')";

  private ConsoleViews() {}

  /** Check of a view. */
  interface Check {
    void run() throws Exception;
  }

  /** Writes what the demo does not: a stream, a configuration, a webhook, a status with a child. */
  static void fill(RunningNode node) throws Exception {
    ok(node.put(CAST + "/streams/chat/42", "[{\"text\":\"Once upon\"}]"));
    ok(node.put(CAST + "/configs/player", "{\"volume\":30}"));
    ok(node.put(CAST + "/configs/player", "{\"volume\":31}"));
    ok(
        node.post(
            CAST + "/webhooks",
            "{\"url\":\"https://hooks.example.org/a\",\"events\":[\"config-changed\"]}"));
    ok(node.put(CAST + "/status/request/r1", "{\"status\":\"processing\",\"children\":2}"));
    ok(node.put(CAST + "/status/crawl/c1", "{\"status\":\"failed\",\"parent\":\"request/r1\"}"));
  }

  private static void ok(java.net.http.HttpResponse<String> answer) {
    assertEquals(2, answer.statusCode() / 100, answer.body());
  }

  /** Opens a list by its link. */
  static void open(Browser browser, String view) throws Exception {
    browser.click("[data-to=" + view + "]");
    browser.await("document.querySelector('[data-view=" + view + "] h2')");
  }

  /** Goes from the overview through each list to one thing and back, by links. */
  static void walk(Browser browser, Check check) throws Exception {
    for (Map.Entry<String, String> list : LISTS.entrySet()) {
      open(browser, list.getKey());
      String link = list.getValue();
      if (!link.isEmpty()) {
        browser.await("document.querySelector(\"" + link + "\")");
      }
      check.run();
      if (!link.isEmpty()) {
        String address = (String) browser.evaluate("location.pathname");
        browser.click(link);
        browser.await("document.querySelector('nav.back')");
        browser.await("document.querySelector('.loaded[data-state=ready], .versions')");
        check.run();
        browser.evaluate("history.back()");
        browser.await("location.pathname === '" + address + "'");
        browser.await("document.querySelector(\"" + link + "\")");
      }
    }
  }
}
