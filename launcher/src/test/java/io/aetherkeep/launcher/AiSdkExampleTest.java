package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The Vercel AI SDK example with its stock transport, in a browser. */
@ExtendWith(RedisExtension.class)
class AiSdkExampleTest {

  private static final Path EXAMPLE = ToolRun.repository().resolve("examples/ai-sdk");
  private static final String END = "word 60, and that is the end.";

  @Test
  void anAnswer_survivesAReload_andIsStopped(RedisServer redis, @TempDir Path directory)
      throws Exception {
    ToolRun.assumeNode(20);
    assumeTrue(
        Files.exists(EXAMPLE.resolve("node_modules/ai/package.json")),
        "skipped: npm has not installed the packages of examples/ai-sdk");
    Path log = directory.resolve("chat.log");
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
        Browser browser = Browser.start()) {
      Process chat = chat(node, log);
      try {
        String url = url(log);
        browser.open(url + "#c1");
        browser.click("#ask [type=submit]");
        browser.awaitText(".assistant", "word 3,");
        browser.reload();
        browser.awaitText(".assistant", END);
        browser.awaitText("#state", "ready");
        assertEquals(1, answers(browser));
        browser.reload();
        browser.awaitText(".assistant", END);

        browser.fill("#text", "And then");
        browser.click("#ask [type=submit]");
        browser.awaitText(".assistant:last-child", "word 3,");
        browser.click("#stop");
        browser.awaitText("#state", "ready");
        assertEquals(
            false,
            browser.evaluate(
                "document.querySelector('.assistant:last-child').textContent.includes('the end')"));
        assertEquals(2, answers(browser));
        assertEquals(List.of(), browser.complaints());
      } finally {
        chat.destroy();
        assertTrue(chat.waitFor(20, TimeUnit.SECONDS));
      }
    }
  }

  private static Object answers(Browser browser) throws Exception {
    return browser.evaluate("document.querySelectorAll('.assistant').length");
  }

  private static Process chat(RunningNode node, Path log) throws Exception {
    ProcessBuilder chat =
        new ProcessBuilder("node", "server.js")
            .directory(EXAMPLE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    chat.environment()
        .putAll(Map.of("AETHERKEEP_URL", node.url(), "PORT", "0", "WORD_MILLIS", "50"));
    return chat.start();
  }

  private static String url(Path log) throws Exception {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Files.readString(log).contains("Chat at "));
    return Files.readString(log).replaceAll("(?s).*Chat at (\\S+).*", "$1");
  }
}
