package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.router.SocketClient.Closed;
import io.aetherkeep.router.realtime.RealtimeRoutes;
import io.aetherkeep.testing.Certificate;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Sockets over TLS, on a port that also offers HTTP/2. */
class SocketTlsTest {

  /** SETTINGS_ENABLE_CONNECT_PROTOCOL, which a server with sockets over HTTP/2 would send. */
  private static final int CONNECT_PROTOCOL = 8;

  @TempDir static Path directory;

  @RegisterExtension
  final RunningRealtime router = RunningRealtime.usual().over(SocketTlsTest::certificate);

  private static Certificate certificate() {
    try {
      return Certificate.make(directory, "dns:localhost,ip:127.0.0.1");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static PemTrustOptions trust() {
    return new PemTrustOptions().addCertPath(directory.resolve("tls.crt").toString());
  }

  private SocketClient open() throws Exception {
    WebSocketConnectOptions options = SocketClient.options(router.port());
    options.setSsl(true).setSslOptions(new ClientSSLOptions().setTrustOptions(trust()));
    return SocketClient.open(router.vertx(), options);
  }

  private HttpClient javas() throws Exception {
    return HttpClient.newBuilder()
        .sslContext(
            new Certificate(directory.resolve("tls.crt"), directory.resolve("tls.key")).trusting())
        .build();
  }

  @Test
  void aSocket_doesWhatOneInClearDoes() throws Exception {
    router.realm().put("c1", "{\"status\":\"running\"}", true);
    SocketClient client = open();
    assertTrue(client.hello("s1").containsKey("ok"));
    assertTrue(client.watch("status/crawl/c1").containsKey("ok"));
    assertEquals("running", client.next().getJsonObject("data").getString("status"));
    // Longer than a TLS record.
    String text = "x".repeat(200_000);
    router.realm().put("c1", "{\"status\":\"" + text + "\"}", true);
    assertEquals(text, client.next().getJsonObject("data").getString("status"));
    JsonObject play = new JsonObject().put("op", "play").put("podcast", "p1");
    assertTrue(client.ask(play).containsKey("ok"));
    router.publish(new SessionEnded("aethercast", "s1", null, Ending.LOGOUT));
    assertEquals(new Closed(4500, "session-ended"), client.closed());
  }

  @Test
  void aSocketThatClosesItself_isAnswered() throws Exception {
    SocketClient client = open();
    client.hello("s1");
    client.socket().close((short) 1000, "goodbye");
    assertEquals(1000, client.closed().code());
  }

  @Test
  void aStopThatDrains_isHeard() throws Exception {
    SocketClient client = open();
    client.hello("s1");
    router.undeploy();
    assertEquals(1012, client.closed().code());
  }

  /** Java's HTTP client prefers HTTP/2, and uses HTTP/1.1 for a socket. */
  @Test
  void javasOwnClient_isWelcome() throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    WebSocket socket =
        javas()
            .newWebSocketBuilder()
            .subprotocols(RealtimeRoutes.SUBPROTOCOL)
            .buildAsync(
                URI.create("wss://localhost:" + router.port() + SocketClient.REALTIME),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(
                      WebSocket from, CharSequence text, boolean last) {
                    heard.complete(text.toString());
                    return null;
                  }
                })
            .get(20, TimeUnit.SECONDS);
    socket
        .sendText("{\"op\":\"hello\",\"id\":1,\"session\":\"s1\"}", true)
        .get(20, TimeUnit.SECONDS);
    assertTrue(new JsonObject(heard.get(20, TimeUnit.SECONDS)).containsKey("ok"));
    socket.abort();
  }

  @Test
  void overHttp2_clientsAreReferredToHttp1() throws Exception {
    URI address = URI.create("https://localhost:" + router.port() + SocketClient.REALTIME);
    HttpResponse<String> answer =
        javas().send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    assertEquals(HttpClient.Version.HTTP_2, answer.version());
    ProblemDocument.in(answer).is(426, "upgrade-required");
    assertTrue(answer.headers().firstValue("Upgrade").isEmpty());
  }

  /** A browser opens another connection for its socket without this setting. */
  @Test
  void overHttp2_noSocketsAreOffered_andATunnelIsRefused() throws Exception {
    HttpClientAgent client =
        router
            .vertx()
            .createHttpClient(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setUseAlpn(true)
                    .setSsl(true)
                    .setTrustOptions(trust()));
    RequestOptions tunnel =
        new RequestOptions()
            .setMethod(HttpMethod.CONNECT)
            .setHost("localhost")
            .setPort(router.port())
            .setURI(SocketClient.REALTIME);
    CompletableFuture<HttpConnection> connection = new CompletableFuture<>();
    int status =
        await(
            client
                .request(tunnel)
                .compose(
                    request -> {
                      connection.complete(request.connection());
                      return request.connect();
                    })
                .map(response -> response.statusCode()));
    assertEquals(400, status);
    assertNull(connection.join().remoteSettings().get(CONNECT_PROTOCOL));
  }
}
