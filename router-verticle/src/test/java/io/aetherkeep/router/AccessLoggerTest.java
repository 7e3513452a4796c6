package io.aetherkeep.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.settings.RouterSettings.AccessLog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The content of the access log, and what it leaves out. */
final class AccessLoggerTest {

  private static final Logger LOGGER = Logger.getLogger("aetherkeep.access");
  private static final List<String> LINES = new CopyOnWriteArrayList<>();
  private static final Handler KEEPER =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          LINES.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @RegisterExtension
  static final RunningRouter ROUTER =
      RunningRouter.with(
          RouterSettings.of(Map.of("aethercast", 1 << 20))
              .with(AccessLog.ALL)
              .with(
                  ListenerSettings.USUAL.behind(List.of("127.0.0.0/8", "::1")),
                  AccessSettings.OPEN));

  @BeforeAll
  static void listen() {
    LOGGER.addHandler(KEEPER);
  }

  @AfterAll
  static void stop() {
    LOGGER.removeHandler(KEEPER);
  }

  @BeforeEach
  void forget() {
    LINES.clear();
  }

  private static String line(String address, String... headers) throws Exception {
    String all = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    ROUTER.raw(RunningRouter.head("GET", address) + all + "\r\n");
    await().until(() -> !LINES.isEmpty());
    return LINES.remove(0);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/aethercast/sessions/s3cret, GET /api/v1/aethercast/sessions/{id} #",
    "/api/v1/aethercast/sessions/a%2Fs3cret, GET /api/v1/aethercast/sessions/{id} #",
    "/api/v1/aethercast/sessions/s3cret/, GET /api/v1/aethercast/sessions/{id} #",
    "/api/v1/aethercast/users/s3cret/sessions, GET /api/v1/aethercast/users/{user}/sessions #",
    "/api/v1/s3cret/sessions/x?id=s3cret, GET /api/v1/{space}/sessions/{id} #",
    "/api/v1/aethercast/sesions/s3cret, GET none #",
    "/s3cret%0d%0aforged, GET none #",
    "/api/v1/aethercast/sessions//s3cret, GET none #",
    "/api/v1/aethercast/sessions/s3cret%zz, GET none #",
    "//s3cret, GET none #",
  })
  void line_hasTheRouteAndNothingThatOpensDoors(String address, String beginning) throws Exception {
    String line = line(address);
    assertTrue(line.startsWith(beginning), line);
    assertFalse(line.contains("s3cret"), line);
  }

  @Test
  void digest_isTheSameForTheSamePathOnly() throws Exception {
    String first = line("/api/v1/aethercast/sessions/s1").split(" ", -1)[2];
    assertTrue(first.matches("#[0-9a-f]{8}"), first);
    assertEquals(first, line("/api/v1/aethercast/sessions/s1?touch=false").split(" ", -1)[2]);
    assertNotEquals(first, line("/api/v1/aethercast/sessions/s2").split(" ", -1)[2]);
  }

  @Test
  void line_hasTheClientThatATrustedProxyNames() throws Exception {
    String line = line("/nothing", "X-Forwarded-For: 203.0.113.9, 198.51.100.7");
    assertEquals("198.51.100.7", line.split(" ", -1)[6], line);
  }
}
