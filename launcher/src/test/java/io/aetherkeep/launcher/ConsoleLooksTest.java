package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.launcher.demo.Demo;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console's views with data: layout, keyboard, screen reader, phone, many rows. */
@ExtendWith(RedisExtension.class)
class ConsoleLooksTest {

  private static final Path AXE =
      ToolRun.repository().resolve(".ci/console/node_modules/axe-core/axe.min.js");

  private static final String SESSIONS =
      "Number(document.querySelector('[data-tile=sessions-aethercast] .value')?.textContent)";

  /** The number of samples in the chart of sessions. */
  private static final String CHARTED =
      "document.querySelector('.chart .line')?.getAttribute('d').match(/[ML]/g).length";

  private static final int MANY = 10_000;

  /** Check of the page during the demo. */
  private interface Look {
    void at(Browser browser, RunningNode node) throws Exception;
  }

  private static void look(RedisServer redis, Look look) throws Exception {
    try (Browser browser = Browser.start();
        RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Demo demo = Demo.play(node.url(), null)) {
      browser.show(1280, 900, "light");
      browser.open(node.url() + "/console");
      browser.awaitText("#state", "live");
      ConsoleViews.fill(node);
      browser.await("document.querySelector('.top a')");
      look.at(browser, node);
      assertEquals(List.of(), browser.complaints());
    }
  }

  /** Runs a check in the page, which must find nothing. */
  private static void finds(Browser browser, String check) throws Exception {
    try (var in = ConsoleLooksTest.class.getResourceAsStream("looks.js")) {
      browser.evaluate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertEquals(
        "",
        browser.evaluate("looks." + check + "().join('\\n')"),
        () -> check + " at " + place(browser));
  }

  private static String place(Browser browser) {
    try {
      return (String) browser.evaluate("location.href");
    } catch (Exception e) {
      return "an unknown address";
    }
  }

  @Test
  void views_canBeUsedByAll(RedisServer redis) throws Exception {
    look(
        redis,
        (browser, node) ->
            ConsoleViews.walk(
                browser,
                () -> {
                  finds(browser, "unnamed");
                  finds(browser, "outline");
                  finds(browser, "roles");
                  for (String scheme : List.of("light", "dark")) {
                    browser.show(1280, 900, scheme);
                    finds(browser, "pale");
                  }
                }));
  }

  @Test
  void axe_findsNothingInAnyView(RedisServer redis) throws Exception {
    assumeTrue(Files.exists(AXE), "skipped: npm has not installed axe-core");
    String axe = Files.readString(AXE);
    String run =
        "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations"
            + ".map(one => one.id + ' ' + one.nodes.map(node => node.html).join()).join('\\n'))";
    look(
        redis,
        (browser, node) ->
            ConsoleViews.walk(
                browser,
                () -> {
                  browser.evaluate("if (!window.axe) {" + axe + "} true");
                  for (String scheme : List.of("light", "dark")) {
                    browser.show(1280, 900, scheme);
                    assertEquals("", browser.evaluate(run), () -> scheme + " " + place(browser));
                  }
                }));
  }

  @Test
  void theme_isChosen(RedisServer redis) throws Exception {
    look(
        redis,
        (browser, node) -> {
          browser.click("#theme");
          browser.awaitText("#theme", "light");
          browser.click("#theme");
          browser.awaitText("#theme", "dark");
          finds(browser, "pale");
          assertEquals("dark", browser.evaluate("document.documentElement.dataset.theme"));
        });
  }

  @Test
  void keys_leadToOneThingAndBack(RedisServer redis) throws Exception {
    look(
        redis,
        (browser, node) -> {
          List<String> places = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            browser.press("Tab", 9);
            places.add(
                (String)
                    browser.evaluate(
                        "(e => e.className || e.dataset.space || e.dataset.to || e.id)"
                            + "(document.activeElement)"));
            finds(browser, "unseenFocus");
          }
          assertEquals(
              List.of("skip", "aethercast", "council", "content", "searcher"),
              places.subList(0, 5));
          assertTrue(places.contains("overview"), places::toString);
          for (Map.Entry<String, String> list : ConsoleViews.LISTS.entrySet()) {
            if (list.getValue().startsWith("[data-")) {
              goByKeys(browser, list.getKey(), list.getValue());
            }
          }
        });
  }

  /** Opens a view, its first row, and the list again, by the keyboard alone. */
  private static void goByKeys(Browser browser, String view, String link) throws Exception {
    browser.evaluate("document.querySelector('[data-to=" + view + "]').focus()");
    browser.press("Enter", 13);
    browser.await("document.querySelector(\"" + link + "\")");
    assertEquals("main", browser.evaluate("document.activeElement.id"), view);
    do {
      browser.press("Tab", 9);
    } while (!Boolean.TRUE.equals(
        browser.evaluate("document.activeElement.matches(\".window, " + link + "\")")));
    browser.press("ArrowDown", 40);
    finds(browser, "unseenFocus");
    assertEquals(true, browser.evaluate("document.activeElement.matches(\"" + link + "\")"), view);
    browser.press("Enter", 13);
    browser.await("document.querySelector('nav.back')");
    browser.press("Tab", 9);
    assertEquals(true, browser.evaluate("document.activeElement.matches('nav.back a')"), view);
    browser.press("Enter", 13);
    browser.await("document.querySelector(\"" + link + "\")");
  }

  @Test
  void search_findsAnIdInAllViews(RedisServer redis) throws Exception {
    look(
        redis,
        (browser, node) -> {
          node.put("/api/v1/aethercast/status/crawl/x1", "{\"status\":\"running\"}");
          node.post("/api/v1/aethercast/sessions", "{\"id\":\"x1\",\"userId\":\"x1\"}");
          node.put("/api/v1/aethercast/configs/x1", "{}");
          node.put("/api/v1/aethercast/streams/x1", "[]");
          node.put("/api/v1/aethercast/caches/topic/x1", "{\"topic_id\":\"x1\"}");
          browser.evaluate(
              "dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true}))");
          browser.await("document.activeElement.id === 'search-what'");
          browser.fill("#search-what", "x1");
          for (String found :
              List.of("Session", "of user", "crawl/x1", "Config", "topic/x1", "Stream")) {
            browser.awaitText("#search-found", found);
          }
          finds(browser, "unnamed");
          finds(browser, "pale");
          browser.press("ArrowDown", 40);
          browser.press("ArrowUp", 38);
          browser.press("Enter", 13);
          browser.awaitText("[aria-label=Document]", "user_id");
          assertEquals("/console/aethercast/sessions/x1", browser.evaluate("location.pathname"));
        });
  }

  @Test
  void anUnknownAddress_isSaid(RedisServer redis) throws Exception {
    look(
        redis,
        (browser, node) -> {
          for (String address : List.of("aethercast/nothing", "nowhere/sessions", "a/b/c/d")) {
            browser.open(node.url() + "/console/" + address);
            browser.awaitText("main", "Nothing here");
          }
          browser.open(node.url() + "/console/aethercast/sessions/nobody");
          browser.awaitText("main", "No session");
          browser.click("main nav a");
          browser.await("document.querySelector('[data-session]')");
        });
  }

  @Test
  void manySessions_areListed_andOnlyThoseInSightAreElements(RedisServer redis) throws Exception {
    try (ForeignClient foreign = redis.foreign(0)) {
      for (int i = 0; i < MANY; i++) {
        String document =
            "{\"user_id\":\"u"
                + i % 100
                + "\",\"last_activity_timestamp\":\"2026-01-31T09:41:12\"}";
        foreign.send("SET", "session:many-" + i, document, "EX", 1800);
      }
    }
    look(
        redis,
        (browser, node) -> {
          browser.click("[data-to=sessions]");
          browser.await(
              "Number(document.querySelector('.rows').getAttribute('aria-rowcount')) > " + MANY);
          assertTrue(
              (Boolean)
                  browser.evaluate("document.querySelectorAll('[data-session]').length < 80"));
          browser.evaluate("document.querySelector('[data-session] a').focus()");
          browser.press("End", 35);
          browser.await("Number(document.activeElement.closest('tr')?.dataset.index) >= " + MANY);
          browser.fill("#filter-id", "many-9999");
          browser.await("document.querySelectorAll('[data-session]').length === 1");
          browser.click("[data-session] a");
          browser.awaitText("[aria-label=Document]", "u99");
          browser.evaluate("history.back()");
          browser.await("document.querySelector('#filter-id')?.value === 'many-9999'");
        });
  }

  @Test
  void phone_needsNoSidewaysScrolling(RedisServer redis) throws Exception {
    look(
        redis,
        (browser, node) -> {
          browser.show(360, 760, "light");
          browser.await("innerWidth === 360");
          ConsoleViews.walk(
              browser,
              () -> {
                assertEquals(
                    true,
                    browser.evaluate("document.documentElement.scrollWidth <= 360"),
                    () -> "wider than the screen: " + place(browser));
                assertEquals(
                    "",
                    browser.evaluate(
                        "[...document.querySelectorAll('.window')].filter(box => {"
                            + "const place = box.getBoundingClientRect();"
                            + "return box.scrollWidth > box.clientWidth || place.left < 0"
                            + " || place.right > innerWidth; }).map(box =>"
                            + " box.getAttribute('aria-label')).join()"),
                    () -> "a cut table: " + place(browser));
                assertEquals(
                    true,
                    browser.evaluate(
                        "(link => link.left >= 0 && link.right <= innerWidth)(document"
                            + ".querySelector('#views [aria-current]').getBoundingClientRect())"),
                    () -> "the view's link is out of sight: " + place(browser));
              });
        });
  }

  /** The first paint needs little: views are loaded when they are opened. */
  @Test
  void firstPaint_isSmall(RedisServer redis) throws Exception {
    look(
        redis,
        (browser, node) -> {
          Number bytes =
              (Number)
                  browser.evaluate(
                      "performance.getEntriesByType('resource')"
                          + ".filter(one => /[.](js|css|svg)$/.test(one.name))"
                          + ".reduce((sum, one) => sum + one.decodedBodySize, 0)");
          assertTrue(bytes.intValue() < 150_000, () -> "the overview needs " + bytes + " bytes");
        });
  }

  /** Writes screenshots to {@code -Daetherkeep.screenshots=DIR}, for the documentation. */
  @Test
  void screenshots_areTaken(RedisServer redis) throws Exception {
    String target = System.getProperty("aetherkeep.screenshots", "");
    assumeTrue(!target.isEmpty(), "nobody asks for screenshots");
    look(
        redis,
        (browser, node) -> {
          browser.await("document.querySelector('.worries a')", 600);
          browser.await(SESSIONS + " >= 60 && " + CHARTED + " >= 26", 600);
          for (String scheme : List.of("light", "dark")) {
            browser.show(1280, 800, scheme);
            browser.await("innerHeight === 800");
            write(browser.screenshot(), Path.of(target, "console-" + scheme + ".png"));
          }
        });
  }

  private static void write(byte[] png, Path file) throws Exception {
    assertTrue(png.length < 300_000, file + " has " + png.length + " bytes");
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, png);
  }
}
