package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Open mode: programs and pages of this machine are admitted, others are not. */
final class RequestGateTest {

  private static final String T1 = TOPICS + "/t1";
  private static final String ENABLE = "/api/v1/council/providers/openai/enable";
  private static final String APP = "https://app.example";

  private static final List<String> UNEXPOSED =
      List.of(
          "Cache-Control",
          "Cache-Tag",
          "Content-Length",
          "Content-Security-Policy",
          "Content-Type",
          "Cross-Origin-Resource-Policy",
          "Set-Cookie",
          "Surrogate-Key",
          "Upgrade",
          "Vary",
          "xkey");

  @RegisterExtension
  static final RunningRouter ROUTER = RunningRouter.with(settings(Duration.ofSeconds(20)));

  /** A router that waits a second for a head. */
  @RegisterExtension
  static final RunningRouter IMPATIENT = RunningRouter.with(settings(Duration.ofSeconds(1)));

  private static RouterSettings settings(Duration headTimeout) {
    return RouterSettings.of(Map.of("aethercast", 1 << 20))
        .with(
            new ListenerSettings(headTimeout, 2, List.of(APP), null, null, "127.0.0.1", 0),
            AccessSettings.OPEN);
  }

  private static RawAnswer ask(String line, String... headers) throws Exception {
    String all = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return ROUTER.raw(line + " HTTP/1.1\r\n" + all + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:1",
        "localhost:8080",
        "127.0.0.1",
        "127.0.0.1:8080",
        "127.1.2.3:80",
        "[::1]",
        "[::1]:8080"
      })
  void thisMachine_isMeant(String host) throws Exception {
    assertEquals(404, ask("GET " + T1, "Host: " + host).status());
  }

  /** A host name that was rebound to 127.0.0.1 after its page had been loaded. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
        "127.0.0.1:8080.evil.example", "xlocalhost", "evil.example:localhost", "10.0.0.1",
        "[::2]", "localhost@evil.example", "0.0.0.0"
      })
  void anotherHost_isRefused(String host) throws Exception {
    ProblemDocument.in(ask("GET " + T1, "Host: " + host)).is(403, "other-host");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void aFormOfAStrangersPage_isRefused() throws Exception {
    for (String origin : List.of("https://evil.example", "null", "http://localhost:1")) {
      ProblemDocument.in(ask("POST " + ENABLE, "Host: localhost", "Origin: " + origin))
          .is(403, "other-origin");
    }
    assertTrue(ROUTER.neighbour().wasAskedNothing());
    ask("POST " + ENABLE, "Host: localhost:9", "Origin: http://localhost:9");
    ROUTER.neighbour().asked();
    ask("POST " + ENABLE, "Host: localhost", "Origin: " + APP);
    ROUTER.neighbour().asked();
  }

  /** Others than those that any page may read, that no page may read, or that are for proxies. */
  @Test
  void aListedOrigin_mayReadAllHeadersOfTheContract() throws Exception {
    RawAnswer asked = ask("GET " + T1, "Host: localhost", "Origin: " + APP);
    Set<String> shown = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    shown.addAll(List.of(asked.headers().get("access-control-expose-headers").split(", ")));
    Set<String> hidden = PublishedContract.read().responseHeaders();
    assertTrue(hidden.contains("Status-Phase"), hidden::toString);
    hidden.removeAll(shown);
    UNEXPOSED.forEach(hidden::remove);
    assertEquals(Set.of(), hidden);
  }

  @Test
  void aListedOrigin_mayReadAndAsk() throws Exception {
    RawAnswer asked = ask("GET " + T1, "Host: localhost", "Origin: " + APP);
    assertEquals(APP, asked.headers().get("access-control-allow-origin"));
    assertTrue(asked.headers().get("access-control-expose-headers").contains("ETag"));
    assertEquals("origin", asked.headers().get("vary"));
    RawAnswer may =
        ask(
            "OPTIONS " + T1,
            "Host: localhost",
            "Origin: " + APP,
            "Access-Control-Request-Method: PUT");
    assertEquals(204, may.status());
    assertTrue(may.headers().get("access-control-allow-methods").contains("PUT"));
    assertTrue(may.headers().get("access-control-allow-headers").contains("Authorization"));
    assertFalse(may.headers().containsKey("access-control-allow-credentials"));
  }

  /** A page may send every header of the contract. */
  @Test
  void aListedOrigin_maySendEachHeaderOfTheContract() throws Exception {
    RawAnswer may =
        ask(
            "OPTIONS " + T1,
            "Host: localhost",
            "Origin: " + APP,
            "Access-Control-Request-Method: PUT");
    List<String> allowed =
        List.of(
            may.headers()
                .get("access-control-allow-headers")
                .toLowerCase(Locale.ROOT)
                .split(", ", -1));
    PublishedContract.read()
        .document()
        .getJsonObject("components")
        .getJsonObject("parameters")
        .stream()
        .map(parameter -> (JsonObject) parameter.getValue())
        .filter(parameter -> parameter.getString("in").equals("header"))
        .map(parameter -> parameter.getString("name").toLowerCase(Locale.ROOT))
        .forEach(name -> assertTrue(allowed.contains(name), name));
  }

  @Test
  void anotherOrigin_getsNoCorsHeaders() throws Exception {
    for (String method : List.of("GET", "OPTIONS")) {
      RawAnswer asked =
          ask(
              method + " " + T1,
              "Host: localhost",
              "Origin: https://evil.example",
              "Access-Control-Request-Method: PUT");
      assertFalse(asked.headers().containsKey("access-control-allow-origin"), method);
      assertEquals("origin", asked.headers().get("vary"));
    }
  }

  @Test
  void everyAnswer_isOfTheTypeItSays() throws Exception {
    for (String path : List.of(T1, "/docs", "/nothing", "/openapi.json")) {
      assertEquals(
          "nosniff", ask("GET " + path, "Host: localhost").headers().get("x-content-type-options"));
    }
    Map<String, String> page = ask("GET /docs", "Host: localhost").headers();
    assertTrue(page.get("content-security-policy").startsWith("default-src 'none'"));
    assertEquals("DENY", page.get("x-frame-options"));
    ROUTER.neighbour().fails(Code.SESSION_UNKNOWN, "none");
    assertEquals(
        "no-store",
        ask("GET /api/v1/aethercast/sessions/s", "Host: localhost").headers().get("cache-control"));
  }

  @Test
  void management_isElsewhere() throws Exception {
    for (String path : List.of("/metrics", "/health/live", "/health/ready")) {
      ProblemDocument.in(ask("GET " + path, "Host: localhost")).is(404, "route-unknown");
    }
    for (String path : List.of("/health/redis", "/health/nodes")) {
      assertFalse(ask("GET " + path, "Host: localhost").body().contains("route-unknown"), path);
      String there = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      RawAnswer answer = RawAnswer.to(ROUTER.managementPort(), there.getBytes(US_ASCII));
      assertFalse(answer.body().contains("route-unknown"), path);
    }
    String get = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assertEquals(200, RawAnswer.to(ROUTER.managementPort(), get.getBytes(US_ASCII)).status());
    String other = "GET " + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    ProblemDocument.in(RawAnswer.to(ROUTER.managementPort(), other.getBytes(US_ASCII)))
        .is(404, "route-unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: local",
        "G",
        "\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n"
      })
  void aHeadThatDoesNotCome_isNotWaitedFor(String beginning) throws Exception {
    ProblemDocument.in(IMPATIENT.raw(beginning)).is(408, "body-timeout");
  }

  /** A client that sends a byte now and then does not keep the connection. */
  @Test
  void aHeadThatDrips_isNotWaitedFor() throws Exception {
    try (Socket socket = RawAnswer.open(IMPATIENT.port())) {
      await()
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                try {
                  socket.getOutputStream().write('a');
                } catch (java.io.IOException closed) {
                  return true;
                }
                return socket.getInputStream().available() > 0;
              });
      assertEquals(408, RawAnswer.from(socket).status());
    }
  }

  @Test
  void theNextHead_isNotWaitedForEither() throws Exception {
    try (Socket socket = RawAnswer.open(IMPATIENT.port())) {
      socket
          .getOutputStream()
          .write(("GET " + T1 + " HTTP/1.1\r\nHost: localhost\r\n\r\nGET /").getBytes(US_ASCII));
      assertEquals(404, RawAnswer.from(socket).status());
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  /** In open mode all connections are local. */
  @Test
  void openConnections_areNotCounted() throws Exception {
    try (Socket a = RawAnswer.open(ROUTER.port());
        Socket b = RawAnswer.open(ROUTER.port())) {
      assertTrue(a.isConnected() && b.isConnected());
      assertEquals(404, ask("GET " + T1, "Host: localhost").status());
    }
  }
}
