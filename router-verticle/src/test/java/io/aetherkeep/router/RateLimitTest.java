package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.access.identity.AccessSettings.Rate;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rate limits of requests and of connections. */
final class RateLimitTest {

  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String KEY = CALLERS.key("aethercast", Scope.READ);
  private static final String OTHER = CALLERS.key("aethercast", Scope.READ);

  private static RouterSettings settings() {
    RouterSettings settings = CALLERS.settings(new Rate(1, 3), new Rate(1, 20));
    ListenerSettings usual = settings.listener();
    ListenerSettings few =
        new ListenerSettings(
            usual.headTimeout(), 3, List.of(), null, null, usual.managementHost(), -1);
    return settings.with(few, settings.access());
  }

  @RegisterExtension
  static final RunningRouter ROUTER = RunningRouter.with(RateLimitTest::settings);

  private static HttpResponse<String> get(String key) throws Exception {
    return ROUTER.send(ROUTER.to(TOPICS + "/t1").header("X-API-Key", key));
  }

  private static List<String> all(HttpResponse<String> answer, String name) {
    return answer.headers().allValues(name);
  }

  /** One test, because all requests come from the same address. */
  @Test
  void aBurst_isAnswered_andFurtherRequestsAreLimited() throws Exception {
    HttpResponse<String> first = get(KEY);
    assertEquals(404, first.statusCode());
    assertEquals(
        List.of("\"address\";q=20;w=20", "\"key\";q=3;w=3"), all(first, "RateLimit-Policy"));
    assertEquals(List.of("\"address\";r=19;t=1", "\"key\";r=2;t=1"), all(first, "RateLimit"));
    // A token is added each second, so that more requests than the burst may be granted.
    HttpResponse<String> refused =
        await().until(() -> get(KEY), answer -> answer.statusCode() == 429);
    ProblemDocument.in(refused).is(429, "rate-limited");
    assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
    assertEquals(404, get(OTHER).statusCode());
    // The address is over its limit, whatever the credential.
    HttpResponse<String> last =
        await().until(() -> get(OTHER), answer -> all(answer, "RateLimit").size() == 1);
    ProblemDocument.in(last).is(429, "rate-limited");
    tooManyConnections_areClosed();
  }

  private static void tooManyConnections_areClosed() throws Exception {
    try (Socket a = RawAnswer.open(ROUTER.port());
        Socket b = RawAnswer.open(ROUTER.port());
        Socket c = RawAnswer.open(ROUTER.port());
        Socket d = RawAnswer.open(ROUTER.port())) {
      assertEquals(-1, d.getInputStream().read());
      assertTrue(a.isConnected() && b.isConnected() && c.isConnected());
    }
  }
}
