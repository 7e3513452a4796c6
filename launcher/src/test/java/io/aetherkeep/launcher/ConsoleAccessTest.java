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

/** The console of a node with API keys asks for one, and does what it permits. */
@ExtendWith(RedisExtension.class)
class ConsoleAccessTest {

  private static final String YES = "dialog [data-yes]";

  private static void signIn(Browser browser, String asked, String key) throws Exception {
    browser.awaitText("dialog", asked);
    browser.fill("#ask-key", key);
    browser.click(YES);
  }

  @Test
  void keys_areAskedForAndTakenForWhatTheyMay(RedisServer redis, @TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("keys.json");
    KeysOfNode keys = new KeysOfNode(file);
    String reader = keys.add("read");
    String player = keys.add("read,write");
    Map<String, String> environment =
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_ACCESS_KEYS_FILE", file.toString());
    try (RunningNode node = RunningNode.start(environment);
        Browser browser = Browser.start();
        Demo demo = Demo.play(node.url(), player)) {
      browser.open(node.url() + "/console");
      signIn(browser, "requires a credential", "aek_wrong");
      signIn(browser, "not accepted", reader);
      browser.awaitText("#state", "live");
      browser.await("document.querySelector('[data-provider=mistral] button')");
      browser.click("[data-provider=mistral] button");
      browser.click(YES);
      browser.awaitText("#toasts", "missing-scope");
      browser.click("#sign");
      browser.awaitText("dialog", "requires a credential");
      assertEquals(null, browser.evaluate("sessionStorage.getItem('aetherkeep.key')"));
      assertEquals(List.of(), browser.complaints());
    }
  }
}
