package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.InvalidationAsks.Invalidated;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.testing.Certificate;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The router over HTTP/2, negotiated over TLS. */
final class RouterHttp2Test {

  @TempDir static Path directory;
  private static Certificate certificate;

  @RegisterExtension
  static final RunningRouter ROUTER = RunningRouter.with(RouterHttp2Test::settings);

  private static RouterSettings settings() {
    try {
      certificate = Certificate.make(directory, "dns:localhost,ip:127.0.0.1");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    ListenerSettings usual = ListenerSettings.USUAL;
    return RouterSettings.of(Map.of("aethercast", 1 << 20))
        .with(
            new ListenerSettings(
                usual.headTimeout(),
                usual.connectionsPerAddress(),
                usual.origins(),
                certificate.chain(),
                certificate.key(),
                usual.managementHost(),
                usual.managementPort()),
            AccessSettings.OPEN);
  }

  private HttpClient client;

  @BeforeEach
  void trust() throws Exception {
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(certificate.trusting())
            .build();
  }

  @Test
  void answers_areTheSame() throws Exception {
    agree();
    ROUTER.neighbour().answers(new Entry(Document.of("1"), 0, 9));
    assertEquals("1", client.send(get(TOPICS + "/t1"), BodyHandlers.ofString()).body());
    ProblemDocument.in(client.send(get("/nothing"), BodyHandlers.ofString()))
        .is(404, "route-unknown");
    ProblemDocument.in(client.send(tooLarge(), BodyHandlers.ofString())).is(413, "too-large");
  }

  @Test
  void refusedBody_endsNoOtherRequestOfItsConnection() throws Exception {
    agree();
    // Longer than the time for the rest of a refused body.
    ROUTER.neighbour().answersWith(ROUTER.after(Duration.ofMillis(2500), new Invalidated(1, 1)));
    CompletableFuture<HttpResponse<String>> other =
        client.sendAsync(invalidation(), BodyHandlers.ofString());
    ROUTER.neighbour().asked();

    ProblemDocument.in(client.send(tooLarge(), BodyHandlers.ofString())).is(413, "too-large");

    assertEquals(200, other.get(60, TimeUnit.SECONDS).statusCode());
  }

  /** A body would break the stream for many clients, and for this one too if the length is sent. */
  @Test
  void head_isAnsweredWithTheLengthOfTheBodyAndWithoutIt() throws Exception {
    agree();
    ROUTER.neighbour().answers(new Entry(Document.of("1234"), 0, 60));
    for (String address : List.of(TOPICS + "/t1", "/nothing", "/openapi.json")) {
      HttpResponse<String> whole = client.send(get(address), BodyHandlers.ofString());
      HttpResponse<String> head =
          client.send(
              ROUTER.to(address).method("HEAD", BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      assertEquals(whole.statusCode(), head.statusCode());
      assertEquals("", head.body());
      assertEquals(
          "" + whole.body().getBytes(StandardCharsets.UTF_8).length,
          head.headers().firstValue("Content-Length").orElse("none"));
    }
  }

  @Test
  void packedAnswer_hasATagOfItsOwn() throws Exception {
    agree();
    ROUTER.neighbour().answers(new Entry(Document.of("\"" + "x".repeat(5000) + "\""), 0, 60));
    HttpRequest.Builder read = ROUTER.to(TOPICS + "/t1");
    HttpResponse<byte[]> plain = client.send(read.build(), BodyHandlers.ofByteArray());
    HttpResponse<byte[]> packed =
        client.send(
            read.copy().header("Accept-Encoding", "gzip").build(), BodyHandlers.ofByteArray());
    assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElse(""));
    String tag = plain.headers().firstValue("ETag").orElse("");
    assertEquals(tag.replaceAll("\"$", "-gzip\""), packed.headers().firstValue("ETag").orElse(""));
  }

  private void agree() throws Exception {
    HttpResponse<String> first = client.send(get("/openapi.json"), BodyHandlers.ofString());
    assertEquals(HttpClient.Version.HTTP_2, first.version());
  }

  private static HttpRequest get(String address) {
    return ROUTER.to(address).build();
  }

  private static HttpRequest invalidation() {
    return ROUTER
        .put("/api/v1/aethercast/caches/invalidate", "")
        .POST(BodyPublishers.ofString("{\"tag\":\"release-7\",\"dryRun\":true}"))
        .build();
  }

  private static HttpRequest tooLarge() {
    return ROUTER
        .put(TOPICS + "/t2", "")
        .PUT(BodyPublishers.ofByteArray(new byte[2 << 20]))
        .build();
  }
}
