package io.aetherkeep.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.router.access.identity.AccessSettings;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An event stream of a session cookie ends with its session, even if the event of that is lost. */
class CookieStreamEndTest {

  private static final String API = "/api/v1/aethercast";

  private final KnownCallers callers =
      KnownCallers.fresh().withCookies(AccessSettings.SameSite.STRICT, false);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @RegisterExtension
  final RunningRealtime router = RunningRealtime.usual().asking(callers.settings().access());

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.port() + API + path));
  }

  /** The cookie of session {@code s1}, for a ticket. */
  private String cookie() throws Exception {
    router.realm().tickets.put("t1", "s1");
    router.realm().credentials.put("t1", "scopes=read,write key k1");
    HttpResponse<String> answer =
        http.send(
            to("/sessions/self/cookie")
                .POST(BodyPublishers.ofString(JsonObject.of("ticket", "t1").encode()))
                .header("Content-Type", "application/json")
                .build(),
            BodyHandlers.ofString());
    assertEquals(201, answer.statusCode(), answer::body);
    String set = answer.headers().firstValue("set-cookie").orElseThrow();
    return set.substring(0, set.indexOf(';'));
  }

  private Iterator<String> stream(String cookie) throws Exception {
    HttpResponse<Stream<String>> begun =
        http.send(
            to("/status/crawl/c1")
                .header("Accept", "text/event-stream")
                .header("Cookie", cookie)
                .build(),
            BodyHandlers.ofLines());
    assertEquals(200, begun.statusCode());
    return begun.body().filter(line -> line.startsWith("event:")).iterator();
  }

  @Test
  void aStream_endsWithItsSession_butNotInAnOutage() throws Exception {
    router.realm().put("c1", "{\"status\":\"running\"}", true);
    Iterator<String> events = stream(cookie());
    assertEquals("event: status", events.next());
    router.realm().redisIsAway = true;
    router.realm().peeked.clear();
    await().until(() -> router.realm().peeked.size() > 1);
    router.realm().redisIsAway = false;
    router.realm().put("c1", "{\"status\":\"done\"}", true);
    assertEquals("event: status", events.next());
    router.realm().sessions.remove("s1");
    assertEquals("event: gone", events.next());
  }
}
