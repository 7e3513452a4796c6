package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watches that have not begun when the node stops. */
final class WatchStopTest {

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @Test
  void eventsThatHaveNotBegun_endSoThatABrowserReconnects() throws Exception {
    ROUTER.neighbour().answersWith(Promise.promise().future());
    CompletableFuture<HttpResponse<String>> events =
        ROUTER.sending(
            ROUTER.to("/api/v1/aethercast/status/crawl/c1").header("Accept", "text/event-stream"));
    ROUTER.neighbour().asked();
    await(ROUTER.undeploy());
    HttpResponse<String> ended = events.get(20, TimeUnit.SECONDS);
    assertEquals(200, ended.statusCode());
    assertTrue(ended.body().matches("retry: [0-9]+\n\n"), ended::body);
  }
}
