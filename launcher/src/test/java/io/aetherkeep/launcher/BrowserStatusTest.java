package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A browser's EventSource, where Chromium is installed. */
@ExtendWith(RedisExtension.class)
class BrowserStatusTest {

  private static final String STATUS = "/api/v1/aethercast/status/crawl/";

  /** Page that follows a status, and writes what it received as another status. */
  private static final String PAGE =
      """
      <script>
      const base = "%s%s";
      const seen = [];
      const put = word => fetch(base + "seen?attempt=" + (seen.length + 1), {
        method: "PUT",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({status: word, seen: seen}),
      });
      const source = new EventSource(base + "c1");
      source.addEventListener("status", e => {
        seen.push(JSON.parse(e.data).status);
        put("running");
      });
      source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) {
          seen.push("closed");
          put("completed");
        }
      };
      </script>
      """;

  @Test
  void eventSource_seesEveryChangeAndStaysAwayAfterTheLast(
      RedisServer redis, @TempDir Path directory) throws Exception {
    Chromium.assumeIsThere();
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      put(node, "pending");
      Path page = directory.resolve("page.html");
      Files.writeString(page, PAGE.formatted(node.url(), STATUS));
      // The page is a file, so its origin is another one than the node's.
      Process browser =
          Chromium.start(directory, page.toUri().toString(), "--disable-web-security");
      try {
        awaitSeen(node, "[\"pending\"]");
        put(node, "running");
        put(node, "storing");
        put(node, "completed");
        awaitSeen(node, "[\"pending\",\"running\",\"storing\",\"completed\",\"closed\"]");
      } finally {
        Chromium.end(browser);
      }
    }
  }

  private static void put(RunningNode node, String word) throws Exception {
    int status = node.put(STATUS + "c1", "{\"status\":\"" + word + "\"}").statusCode();
    assertEquals(2, status / 100);
  }

  private static void awaitSeen(RunningNode node, String seen) {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> node.get(STATUS + "seen").body().contains("\"seen\":" + seen));
  }
}
