package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ReportOutcomes;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.access.identity.Scope;
import io.vertx.core.Future;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A caller that may write but not read gets confirmations without any content. */
final class WriteOnlyTest {

  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String WRITER = CALLERS.key("*", Scope.WRITE, Scope.ADMIN);
  private static final String SERVICE = CALLERS.key("*");
  private static final String SECRET = "s3cret";

  /** The session id in it would grant access. */
  private static final StreamInfo STOPPED =
      new StreamInfo(
          "aethercast",
          "p",
          "text/plain",
          "1_0",
          0,
          true,
          null,
          null,
          "stopped",
          null,
          new StreamExtras(null, SECRET, null, null));

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.with(CALLERS::settings);

  @BeforeEach
  void answer() {
    Session session =
        new Session(
            "s1", "aethercast", null, null, null, 1800, "7-2", Document.of("\"" + SECRET + "\""));
    Playback playback = new Playback("s1", SECRET, State.PLAYING, 0, 1, null, 1, 1, null);
    ROUTER
        .neighbour()
        .answersAll(
            ask ->
                Future.succeededFuture(
                    ask instanceof ReportPlayback
                        ? new Reported(playback, false)
                        : ask instanceof StopStream
                            ? STOPPED
                            : isOfAProvider(ask) ? provider() : session));
  }

  private static boolean isOfAProvider(Object ask) {
    return ask instanceof ReportOutcomes
        || ask instanceof WriteProvider
        || ask instanceof EnableProvider
        || ask instanceof DisableProvider;
  }

  private static ProviderHealth provider() {
    return RouterProvidersTest.provider(SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PATCH | /api/v1/aethercast/sessions/s1          | 204 | 200 | {"a":1}
          POST  | /api/v1/aethercast/sessions/s1/touch    | 204 | 200 |
          POST  | /api/v1/aethercast/sessions/s1/extend   | 204 | 200 | {"ttlSeconds":60}
          POST  | /api/v1/aethercast/sessions/s1/rotate   | 201 | 201 |
          POST  | /api/v1/aethercast/sessions             | 201 | 201 | {}
          PUT   | /api/v1/aethercast/sessions/s1/playback | 204 | 200 | {"state":"playing"}
          POST  | /api/v1/council/providers/p/outcomes    | 204 | 200 | [{"success":true,"latencyMs":1}]
          POST  | /api/v1/council/providers/p/enable      | 204 | 200 |
          POST  | /api/v1/council/providers/p/disable     | 204 | 200 | {"reason":"x"}
          PUT   | /api/v1/council/providers/p/health      | 204 | 200 | {"status":"healthy"}
          POST  | /api/v1/aethercast/streams/p/stop       | 204 | 200 |
          """)
  void answer_holdsNothingOfTheDocument(
      String method, String address, int quiet, int usual, String body) throws Exception {
    HttpResponse<String> answer = send(method, address, body, WRITER, "return=representation");
    assertEquals(quiet, answer.statusCode(), answer::body);
    assertFalse(answer.body().contains(SECRET), answer::body);
    assertEquals("return=minimal", answer.headers().firstValue("Preference-Applied").orElse(""));
    if (quiet == 201) {
      assertTrue(answer.headers().firstValue("Location").isPresent());
    }
    HttpResponse<String> asked = send(method, address, body, SERVICE, "x, return=minimal;y");
    assertEquals(quiet, asked.statusCode());
    assertFalse(asked.body().contains(SECRET));
    HttpResponse<String> whole = send(method, address, body, SERVICE, "handling=strict");
    assertEquals(usual, whole.statusCode());
    assertTrue(whole.body().contains(SECRET), whole::body);
  }

  private static HttpResponse<String> send(
      String method, String address, String body, String key, String prefer) throws Exception {
    HttpRequest.Builder request =
        body == null
            ? ROUTER.to(address).method(method, HttpRequest.BodyPublishers.noBody())
            : ROUTER.json(method, address, body);
    return ROUTER.send(request.header("X-API-Key", key).header("Prefer", prefer));
  }
}
