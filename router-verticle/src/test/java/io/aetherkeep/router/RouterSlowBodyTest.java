package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.settings.ConnectionSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.settings.RouterSettings.AccessLog;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that never end. */
final class RouterSlowBodyTest {

  @RegisterExtension
  static final RunningRouter ROUTER =
      RunningRouter.with(
          RouterSettings.of(Map.of("aethercast", 1 << 20))
              .with(AccessLog.ALL)
              .with(ConnectionSettings.USUAL.withBodyTimeout(Duration.ofMillis(200))));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\n{\"a",
        "Content-Length: 10\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n",
        "Content-Length: 10\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
      })
  void bodyThatStopsComing_isAProblem(String rest) throws Exception {
    String put = head("PUT", TOPICS + "/t1") + "Content-Type: application/json\r\n" + rest;
    RawAnswer answer = ROUTER.raw(put);
    if (answer.status() != 100) {
      ProblemDocument.in(answer).is(408, "body-timeout");
    }
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }
}
