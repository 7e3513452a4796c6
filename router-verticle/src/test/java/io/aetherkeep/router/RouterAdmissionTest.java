package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.router.RouterSettings.AccessLog;
import io.aetherkeep.router.access.AccessSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Of a space only so many requests are under way, and another space does not notice. */
class RouterAdmissionTest {

  @RegisterExtension
  static final RunningRouter ROUTER =
      RunningRouter.with(
          new RouterSettings(
              "127.0.0.1",
              0,
              Duration.ofSeconds(1),
              Duration.ofSeconds(10),
              Duration.ofSeconds(60),
              Duration.ofSeconds(10),
              Duration.ofSeconds(1),
              8192,
              4096,
              true,
              1024,
              AccessLog.OFF,
              RealtimeSettings.usual(),
              DoorSettings.USUAL,
              AccessSettings.OPEN,
              Map.of("slow", 1 << 20, "quick", 1 << 20),
              new RouterSettings.Load(2, Duration.ofSeconds(1))));

  private static final Entry ENTRY = new Entry(Document.of("1"), 0, 60);

  @Test
  void aSpaceWithTooMuchUnderWay_isRefusedMoreUntilSomeOfItIsDone() throws Exception {
    Promise<Entry> release = Promise.promise();
    ROUTER
        .neighbour()
        .answersAll(
            ask ->
                ask instanceof ReadEntry read && read.space().equals("slow")
                    ? release.future()
                    : Future.succeededFuture(ENTRY));
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(ROUTER.sending(ROUTER.to("/api/v1/slow/caches/topic/t" + i)));
    }
    ROUTER.neighbour().asked();
    ROUTER.neighbour().asked();
    HttpResponse<String> refused = ROUTER.get("/api/v1/slow/caches/topic/t");
    assertEquals(429, refused.statusCode());
    assertEquals("", refused.headers().firstValue("Connection").orElse(""));
    assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
    assertEquals(200, ROUTER.get("/api/v1/quick/caches/topic/t").statusCode());
    release.complete(ENTRY);
    for (CompletableFuture<HttpResponse<String>> each : waiting) {
      assertEquals(200, each.get().statusCode());
    }
    assertEquals(200, ROUTER.get("/api/v1/slow/caches/topic/t").statusCode());
  }
}
