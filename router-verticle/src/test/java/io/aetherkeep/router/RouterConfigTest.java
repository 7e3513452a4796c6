package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.document.Document;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads of configurations over HTTP. */
class RouterConfigTest {

  private static final String X = "/api/v1/aethercast/configs/x";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private static HttpResponse<String> read(Config config) throws Exception {
    ROUTER.neighbour().answers(config);
    HttpResponse<String> answer = ROUTER.get(X);
    assertEquals("1", answer.body());
    assertEquals(new ReadConfig("aethercast", "x"), ROUTER.neighbour().asked());
    return answer;
  }

  @Test
  void aConfigurationFromMemory_saysSo() throws Exception {
    HttpResponse<String> stale = read(new Config("x", Document.of("1"), "v", 4L));
    assertEquals("4", stale.headers().firstValue("Aetherkeep-Stale").orElseThrow());
    HttpResponse<String> fresh = read(new Config("x", Document.of("1"), "v", null));
    assertTrue(fresh.headers().firstValue("Aetherkeep-Stale").isEmpty());
  }
}
