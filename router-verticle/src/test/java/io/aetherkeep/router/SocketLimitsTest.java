package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.settings.RealtimeSettings;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that watch more topics than a socket may. */
class SocketLimitsTest {

  private static final int MOST = RealtimeSettings.usual().topics();

  @RegisterExtension
  final RunningRealtime router =
      new RunningRealtime(
          new RealtimeSettings(
              Duration.ofSeconds(25),
              Duration.ofSeconds(10),
              Duration.ofMillis(200),
              Duration.ofMillis(300),
              1 << 20,
              10_000,
              MOST));

  @Test
  void topicsBeyondTheLimit_areRefused_andTheSocketStaysOpen() throws Exception {
    SocketClient client = router.greeted("s1");
    for (int i = 0; i < MOST; i++) {
      assertTrue(client.watch("listeners/p" + i).containsKey("ok"));
    }
    for (int i = MOST; i < MOST + 30; i++) {
      assertEquals("too-many-topics", SocketClient.error(client.watch("listeners/p" + i)));
    }
    assertEquals("pong", client.ask("ping").getString("ok"));
  }

  @Test
  void helloWithATopicTooMany_resumesTheOthers() throws Exception {
    JsonObject offsets = new JsonObject();
    for (int i = 0; i <= MOST; i++) {
      offsets.put("listeners/p" + i, null);
    }
    JsonObject ok =
        router
            .open()
            .ask(
                new JsonObject()
                    .put("op", "hello")
                    .put("session", "s1")
                    .put("resume", new JsonObject().put("offsets", offsets)))
            .getJsonObject("ok");
    JsonObject failed = ok.getJsonObject("failed");
    assertEquals(1, failed.size());
    JsonObject last = failed.getJsonObject("listeners/p" + MOST);
    assertEquals("too-many-topics", last.getString("code"));
    assertEquals(MOST + 1, ok.getJsonObject("recovered").size());
  }
}
