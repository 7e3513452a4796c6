package io.aetherkeep.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.SocketClient.Closed;
import io.aetherkeep.router.access.identity.Scope;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets, event streams and long polls end with the credential that opened them. */
class CredentialEndTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String STATUS = "/api/v1/aethercast/status/crawl/c1";
  private static final String BAD = "event: gone\ndata: {\"code\":\"bad-credentials\"}";
  private static final String OVER = "event: gone\ndata: {\"code\":\"expired-credentials\"}";

  private final KnownCallers callers = KnownCallers.fresh();
  private final String openResponses = callers.key("aethercast");
  private final String ends = callers.key("aethercast");
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @RegisterExtension
  final RunningRealtime router =
      RunningRealtime.usual()
          .asking(callers.settings().access())
          .watching(Duration.ofSeconds(30))
          .at(now::get);

  private SocketClient socket(String credential) throws Exception {
    WebSocketConnectOptions options =
        SocketClient.options(router.port()).addHeader("Authorization", "Bearer " + credential);
    SocketClient client = SocketClient.open(router.vertx(), options);
    client.hello("s1");
    return client;
  }

  private SocketClient ticketed(String session, String credential) throws Exception {
    router.realm().tickets.put("t1", session);
    router.realm().credentials.put("t1", credential);
    SocketClient client =
        SocketClient.open(
            router.vertx(),
            SocketClient.options(router.port()).setURI(SocketClient.REALTIME + "?ticket=t1"));
    assertTrue(client.ask("hello").containsKey("ok"));
    return client;
  }

  private String token(Instant until) {
    return callers.token(
        "{\"space\":\"aethercast\",\"scope\":\"read\",\"session\":\"s1\",\"exp\":%d}"
            .formatted(until.getEpochSecond()));
  }

  private HttpRequest.Builder to(String address, String credential) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.port() + address))
        .header("Authorization", "Bearer " + credential);
  }

  /** Opens an event stream; returns once its answer has begun. */
  private Stream<String> stream(String address, String credential) throws Exception {
    HttpResponse<Stream<String>> begun =
        http.send(
            to(address, credential).header("Accept", "text/event-stream").build(),
            BodyHandlers.ofLines());
    assertEquals(200, begun.statusCode());
    return begun.body();
  }

  private static void endsWith(String last, Stream<String> stream) {
    List<String> lines = stream.filter(line -> !line.isEmpty()).toList();
    assertEquals(last, String.join("\n", lines.subList(lines.size() - 2, lines.size())));
  }

  private CompletableFuture<HttpResponse<String>> longPoll(String credential) {
    CompletableFuture<HttpResponse<String>> poll =
        http.sendAsync(to(STATUS + "?wait=60", credential).build(), BodyHandlers.ofString());
    await().until(() -> router.realm().followed.contains("c1"));
    return poll;
  }

  private static void refused(String code, CompletableFuture<HttpResponse<String>> poll)
      throws Exception {
    ProblemDocument.in(poll.get(20, TimeUnit.SECONDS)).is(401, code);
  }

  @Test
  void aSocketOfARevokedKey_isClosedForGood_andNoOther() throws Exception {
    SocketClient other = socket(openResponses);
    SocketClient client = socket(ends);
    callers.revoke(ends);
    assertEquals(new Closed(4507, "credential-revoked"), client.closed());
    assertTrue(other.ask("ping").containsKey("ok"));
    assertFalse(other.isClosed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"s1", ""})
  void aSocketByTicket_endsWithTheKeyThatGotIt(String session) throws Exception {
    SocketClient client = ticketed(session, "key " + KnownCallers.idOf(ends));
    callers.revoke(ends);
    assertEquals(new Closed(4004, "credential-expired"), client.closed());
  }

  @Test
  void aSocketByTicket_endsWithTheTokenThatGotIt() throws Exception {
    SocketClient client = ticketed("s1", "until " + NOW.plusSeconds(600));
    now.set(NOW.plusSeconds(631));
    assertEquals(4004, client.closed().code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        STATUS,
        "/api/v1/aethercast/podcasts/p1/listeners",
        "/api/v1/aethercast/sessions/s1/playback",
        "/api/v1/aethercast/configs/council"
      })
  void aStreamOfARevokedKey_saysWhyAndEnds(String address) throws Exception {
    router.realm().put("c1", "{\"status\":\"running\"}", true);
    Stream<String> stream = stream(address, ends);
    callers.revoke(ends);
    endsWith(BAD, stream);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        STATUS,
        "/api/v1/aethercast/podcasts/p1/listeners",
        "/api/v1/aethercast/sessions/s1/playback"
      })
  void aStream_endsWithItsToken(String address) throws Exception {
    router.realm().put("c1", "{\"status\":\"running\"}", true);
    Stream<String> stream = stream(address, token(NOW.plusSeconds(600)));
    now.set(NOW.plusSeconds(631));
    endsWith(OVER, stream);
  }

  @Test
  void aLongPoll_isAnsweredThatItsCredentialHasEnded() throws Exception {
    router.realm().put("c1", "{\"status\":\"running\"}", true);
    CompletableFuture<HttpResponse<String>> ofKey = longPoll(ends);
    callers.revoke(ends);
    refused("bad-credentials", ofKey);
    router.realm().followed.clear();
    CompletableFuture<HttpResponse<String>> ofToken = longPoll(token(NOW.plusSeconds(600)));
    now.set(NOW.plusSeconds(631));
    refused("expired-credentials", ofToken);
  }

  @Test
  void aSocket_endsWithItsToken_whenAnotherWouldNotBeLetInByIt() throws Exception {
    String token = token(NOW.plusSeconds(600));
    now.set(NOW.plusSeconds(629));
    SocketClient client = socket(token);
    assertTrue(client.ask("ping").containsKey("ok"));
    now.set(NOW.plusSeconds(631));
    assertEquals(new Closed(4004, "credential-expired"), client.closed());
  }

  @Test
  void aSocket_endsWithItsKey() throws Exception {
    String key = callers.keyUntil("aethercast", NOW.plusSeconds(60));
    await()
        .until(
            () ->
                http.send(to(STATUS, key).build(), BodyHandlers.discarding()).statusCode() != 401);
    SocketClient client = socket(key);
    now.set(NOW.plusSeconds(61));
    assertEquals(4004, client.closed().code());
  }

  @ParameterizedTest
  @CsvSource({"aethercast, read", "council, read write admin"})
  void aKeyThatLosesRights_endsWhatIsOpen_andItsClientsReconnect(String space, String scopes)
      throws Exception {
    SocketClient other = socket(openResponses);
    SocketClient client = socket(ends);
    SocketClient byTicket = ticketed("s1", "scopes=read,write key " + KnownCallers.idOf(ends));
    router.realm().put("c1", "{\"status\":\"running\"}", true);
    Stream<String> stream = stream(STATUS, ends);
    String same = callers.stored(ends).sha256();
    callers.change(ends, List.of(space), List.of(scopes.split(" ", -1)), same);
    assertEquals(new Closed(4004, "credential-expired"), client.closed());
    assertEquals(new Closed(4004, "credential-expired"), byTicket.closed());
    endsWith(OVER, stream);
    assertTrue(other.ask("ping").containsKey("ok"));
  }

  @Test
  void aKeyWithAnotherSecret_endsWhatIsOpenWithTheOldOne() throws Exception {
    SocketClient client = socket(ends);
    String digest = callers.stored(ends).sha256();
    SocketClient byTicket =
        ticketed(
            "s1",
            "scopes=read,write,digest=%s key %s"
                .formatted(digest.substring(0, 16), KnownCallers.idOf(ends)));
    String reversed = new StringBuilder(digest).reverse().toString();
    callers.change(ends, List.of("aethercast"), List.of("read", "write", "admin"), reversed);
    assertEquals(new Closed(4507, "credential-revoked"), client.closed());
    assertEquals(new Closed(4004, "credential-expired"), byTicket.closed());
  }

  @Test
  void aKeyThatGetsMoreRights_endsNothing() throws Exception {
    String key = callers.key("aethercast", Scope.READ);
    await()
        .until(
            () ->
                http.send(to(STATUS, key).build(), BodyHandlers.discarding()).statusCode() != 401);
    SocketClient client = socket(key);
    SocketClient later = socket(ends);
    String same = callers.stored(key).sha256();
    callers.change(key, List.of("*"), List.of("read", "write"), same);
    callers.revoke(ends);
    assertEquals(4507, later.closed().code());
    assertTrue(client.ask("ping").containsKey("ok"));
  }

  @Test
  void whoTakesTheFilesAway_endsAll() throws Exception {
    SocketClient ofKey = socket(ends);
    SocketClient ofToken = socket(token(NOW.plusSeconds(600)));
    Files.delete(callers.keysFile());
    assertEquals(4507, ofKey.closed().code());
    Files.delete(callers.jwksFile());
    assertEquals(4507, ofToken.closed().code());
  }
}
