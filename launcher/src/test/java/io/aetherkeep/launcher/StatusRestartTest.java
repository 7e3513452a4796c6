package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statuses with followers while Redis restarts. */
class StatusRestartTest {

  private static final String PATH = "/api/v1/aethercast/status/crawl/c1";

  private static String status(int progress) {
    return "{\"status\":\"running\",\"progress\":" + progress + "}";
  }

  /**
   * Starts a node with one event loop, on which a long poll shares what an event stream knows: a
   * read at its start could meet the outage.
   */
  private static RunningNode node(EmbeddedRedis redis) {
    return RunningNode.start(
        Map.of(
            "AETHERKEEP_REDIS_URL", redis.url(),
            "AETHERKEEP_HTTP_WATCH_EVERY", "100ms",
            "AETHERKEEP_EVENT_LOOPS", "1"));
  }

  private static void awaitPut(RunningNode node, String json, int status) {
    Awaitility.await().until(() -> node.put(PATH, json).statusCode() == status);
  }

  @Test
  void followers_areKept_andMissNothing(@TempDir Path data) throws Exception {
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(data);
    EmbeddedRedis redis = EmbeddedRedis.start(options);
    try (RunningNode node = node(redis)) {
      node.put(PATH, status(1));
      node.get(PATH);
      EventStream stream = EventStream.open(node.url() + PATH);
      assertEquals(status(1), stream.next().data());
      CompletableFuture<String> waiting =
          CompletableFuture.supplyAsync(() -> body(node, PATH + "?wait=60"));
      for (int round = 0; round < 3; round++) {
        int port = redis.port();
        redis.close();
        awaitPut(node, status(2 + round), 503);
        var stale = node.get(PATH);
        assertEquals(200, stale.statusCode());
        assertTrue(stale.headers().firstValue("Aetherkeep-Stale").isPresent());
        redis = EmbeddedRedis.start(options.withPort(port));
        awaitPut(node, status(2 + round), 204);
        assertEquals(status(2 + round), stream.next().data());
        node.get(PATH);
      }
      assertTrue(waiting.get().contains("\"progress\":"), waiting.get());
      stream.close();
    } finally {
      redis.close();
    }
  }

  private static String body(RunningNode node, String path) {
    try {
      return node.get(path).body();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void valuesLostInARestart_areReportedAsGone() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
    try (RunningNode node = node(redis)) {
      node.put(PATH, status(1));
      EventStream stream = EventStream.open(node.url() + PATH);
      stream.next();
      int port = redis.port();
      redis.close();
      redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(port));
      EventStream.Event gone = stream.next();
      assertEquals("gone", gone.name());
      assertEquals("{\"code\":\"status-unknown\"}", gone.data());
      stream.close();
    } finally {
      redis.close();
    }
  }
}
