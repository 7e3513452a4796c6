package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.launcher.demo.Demo;
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

/** The console with data: layout, keyboard, screen reader, phone. */
@ExtendWith(RedisExtension.class)
class ConsoleLooksTest {

  private static final String SESSIONS =
      "Number(document.querySelector('[data-tile=sessions-aethercast] .value')?.textContent)";

  /** The number of samples in the chart of sessions. */
  private static final String CHARTED =
      "document.querySelector('.chart .line')?.getAttribute('d').match(/[ML]/g).length";

  /** Check of the page during the demo. */
  private interface Look {
    void at(Browser browser) throws Exception;
  }

  private static void look(RedisServer redis, Look look) throws Exception {
    try (Browser browser = Browser.start();
        RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Demo demo = Demo.play(node.url(), null)) {
      browser.show(1280, 900, "light");
      browser.open(node.url() + "/console");
      browser.awaitText("#state", "live");
      browser.await("document.querySelector('[data-status]')");
      browser.await("document.querySelector('[data-provider=mistral] .spark')");
      browser.await("document.querySelector('.top button')");
      browser.await("document.querySelector('[data-keyspace=topic]')");
      look.at(browser);
      assertEquals(List.of(), browser.complaints());
    }
  }

  /** Runs a check in the page, which must find nothing. */
  private static void finds(Browser browser, String check) throws Exception {
    try (var in = ConsoleLooksTest.class.getResourceAsStream("looks.js")) {
      browser.evaluate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertEquals("", browser.evaluate("looks." + check + "().join('\\n')"));
  }

  @Test
  void page_canBeUsedByAll(RedisServer redis) throws Exception {
    look(
        redis,
        browser -> {
          finds(browser, "unnamed");
          finds(browser, "outline");
          finds(browser, "roles");
          for (String scheme : List.of("light", "dark")) {
            browser.show(1280, 900, scheme);
            finds(browser, "pale");
          }
          browser.evaluate("document.querySelector('#theme').click()");
          browser.awaitText("#theme", "light");
          finds(browser, "pale");
          assertEquals("light", browser.evaluate("document.documentElement.dataset.theme"));
        });
  }

  @Test
  void keys_goThroughThePageInItsOrder(RedisServer redis) throws Exception {
    look(
        redis,
        browser -> {
          List<String> places = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            browser.press("Tab", 9);
            places.add(
                (String)
                    browser.evaluate(
                        "(e => e.className || e.dataset.space || e.id || e.hash)(document.activeElement)"));
            finds(browser, "unseenFocus");
          }
          assertEquals("skip", places.get(0));
          assertEquals("aethercast", places.get(1));
          assertTrue(places.indexOf("#overview") > places.indexOf("aethercast"), places::toString);
          browser.evaluate("document.querySelector('[data-space=aethercast]').focus()");
          browser.press("ArrowRight", 39);
          assertEquals(
              "council",
              browser.evaluate("document.querySelector('[aria-checked=true]').dataset.space"));
        });
  }

  @Test
  void phone_needsNoSidewaysScrolling(RedisServer redis) throws Exception {
    look(
        redis,
        browser -> {
          browser.show(360, 760, "light");
          browser.await("innerWidth === 360");
          assertEquals(
              true,
              browser.evaluate("document.documentElement.scrollWidth <= 360"),
              () -> "wider than the screen");
        });
  }

  /** Writes screenshots to {@code -Daetherkeep.screenshots=DIR}, for the README. */
  @Test
  void screenshots_areTaken(RedisServer redis) throws Exception {
    String target = System.getProperty("aetherkeep.screenshots", "");
    assumeTrue(!target.isEmpty(), "nobody asks for screenshots");
    look(
        redis,
        browser -> {
          browser.await("document.querySelector('#statuses .errors li')", 600);
          browser.await("document.querySelector('[data-provider][data-state=degraded]')", 600);
          browser.await(SESSIONS + " >= 60 && " + CHARTED + " >= 26", 600);
          browser.await("document.querySelectorAll('[data-status]').length >= 3");
          browser.await("document.querySelector('#redis .figures .spark path')");
          for (String scheme : List.of("light", "dark")) {
            browser.show(1280, 1180, scheme);
            browser.await("innerHeight === 1180");
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
