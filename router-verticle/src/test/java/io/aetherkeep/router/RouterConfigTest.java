package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** The client may have received the newer value from another node. */
  @Test
  void longPollWithAnotherTag_isNotAnsweredWithARememberedValue() throws Exception {
    Config former = new Config("x", Document.of("1"), "v1", null);
    Config newer = new Config("x", Document.of("2"), "v2", null);
    AtomicInteger reads = new AtomicInteger();
    ROUTER
        .neighbour()
        .answersAll(ask -> Future.succeededFuture(reads.getAndIncrement() == 0 ? former : newer));
    CompletableFuture<HttpResponse<String>> first = ROUTER.sending(ROUTER.to(X + "?wait=60"));
    ROUTER.neighbour().asked();
    HttpRequest.Builder poll = ROUTER.to(X + "?wait=1").header("If-None-Match", "\"v2\"");
    assertEquals(304, ROUTER.send(poll).statusCode());
    assertEquals("2", first.get().body());
  }

  @Test
  void longPollOfAConfigurationFromMemory_saysSo() throws Exception {
    ROUTER.neighbour().answers(new Config("x", Document.of("1"), "v1", 4L));
    for (String known : List.of("v0", "v1")) {
      HttpRequest.Builder poll =
          ROUTER.to(X + "?wait=1").header("If-None-Match", '"' + known + '"');
      HttpResponse<String> answer = ROUTER.send(poll);
      assertEquals(known.equals("v0") ? 200 : 304, answer.statusCode());
      assertEquals("4", answer.headers().firstValue("Aetherkeep-Stale").orElseThrow());
    }
  }
}
