package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Event streams of stored streams that have not begun when the node stops. */
final class StreamStopTest {

  private static final String STREAM = "/api/v1/aethercast/streams/s";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @Test
  void eventsThatHaveNotBegun_endSoThatABrowserReconnects() throws Exception {
    ROUTER.neighbour().answersWith(Promise.promise().future());
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (String query : List.of("1?offset=-1&live=sse", "2?watch=stop&live=sse")) {
      all.add(ROUTER.sending(ROUTER.to(STREAM + query)));
      ROUTER.neighbour().asked();
    }
    await(ROUTER.undeploy());
    for (CompletableFuture<HttpResponse<String>> events : all) {
      HttpResponse<String> ended = events.get(20, TimeUnit.SECONDS);
      assertEquals(200, ended.statusCode());
      assertEquals("text/event-stream", ended.headers().firstValue("Content-Type").orElse(""));
      assertTrue(ended.body().matches("retry: [0-9]+\n\n"), ended::body);
    }
  }
}
