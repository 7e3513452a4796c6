package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.launcher.demo.Demo;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The console of a node with API keys asks for one, and shows only what it permits. */
@ExtendWith(RedisExtension.class)
class ConsoleAccessTest {

  private static void signIn(Browser browser, String asked, String key) throws Exception {
    browser.awaitText("dialog", asked);
    browser.fill("#ask-key", key);
    browser.click("dialog [data-yes]");
  }

  @Test
  void keys_areAskedFor_andTheirActionsShown(RedisServer redis, @TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("keys.json");
    KeysOfNode keys = new KeysOfNode(file);
    String reader = keys.add("read");
    String player = keys.add("read,write");
    String admin = keys.add("admin,read,write");
    Map<String, String> environment =
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_ACCESS_KEYS_FILE", file.toString());
    try (RunningNode node = RunningNode.start(environment);
        Browser browser = Browser.start();
        Demo demo = Demo.play(node.url(), player)) {
      String provider = node.url() + "/console/aethercast/providers/mistral";
      browser.open(provider);
      signIn(browser, "requires a credential", "aek_wrong");
      signIn(browser, "not accepted", reader);
      browser.awaitText("#state", "live");
      browser.awaitText("[aria-label=Decision]", "by its outcomes");
      browser.await("!document.querySelector('main .choices button, [data-to=webhooks]')");
      browser.click("[data-to=sessions]");
      browser.click("[data-session] a");
      browser.awaitText("[aria-label=Document]", "user_id");
      browser.await("!document.querySelector('main .choices button')");
      browser.open(node.url() + "/console/aethercast/webhooks");
      browser.awaitText("main", "does not permit this view");
      browser.click("#sign");
      signIn(browser, "requires a credential", admin);
      browser.awaitText("[data-to=webhooks]", "Webhooks");
      browser.open(provider);
      browser.await("document.querySelector('[data-act=disable]')");
      browser.click("#sign");
      browser.awaitText("dialog", "requires a credential");
      assertEquals(null, browser.evaluate("sessionStorage.getItem('aetherkeep.key')"));
      assertEquals(List.of(), browser.complaints());
    }
  }
}
