package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.client.ConfigClient.Config;
import io.aetherkeep.client.ScriptedServer.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A configuration that the node serves from memory has its age. */
class StaleConfigTest {

  private static Answer answer(Map<String, String> headers) {
    return new Answer(200, "0", "1", StandardCharsets.UTF_8, headers);
  }

  @Test
  void itsAge_isThatOfTheHeader() throws Exception {
    Answer stale = answer(Map.of("Aetherkeep-Stale", "4", "ETag", "\"v1\""));
    try (ScriptedServer server =
        new ScriptedServer(stale, stale, answer(Map.of("ETag", "\"v2\"")))) {
      ConfigClient configs = server.client().configs();
      Config read = configs.find("x").orElseThrow();
      assertEquals("v1", read.version());
      assertEquals(4L, read.staleSeconds());
      Duration second = Duration.ofSeconds(1);
      assertEquals(4L, configs.next(read, second).orElseThrow().staleSeconds());
      assertNull(configs.next(read, second).orElseThrow().staleSeconds());
    }
  }
}
