package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.Certificate;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand followers of one status, half by event streams, half by long polls. */
@ExtendWith(RedisExtension.class)
class ManyWatchersTest {

  private static final int EACH = 5_000;
  private static final String PATH = "/api/v1/aethercast/status/crawl/c1";

  @TempDir Path directory;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger streamed = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  /** Limit of concurrent starts, so that none runs into a timeout, such as that of TLS. */
  private final Semaphore underWay = new Semaphore(100);

  @Test
  void tenThousand_areOneSubscriptionAndNoCommandEach(RedisServer server) throws Exception {
    Vertx vertx = Vertx.vertx();
    Certificate certificate = Certificate.make(directory, "ip:127.0.0.1");
    try (ForeignClient redis = server.foreign(0);
        ForeignClient monitor = server.foreign(0);
        RunningNode node =
            RunningNode.overTls(certificate, Map.of("AETHERKEEP_REDIS_URL", server.url()))) {
      node.put(PATH, "{\"status\":\"running\",\"progress\":1}");
      String known = node.get(PATH).headers().firstValue("ETag").orElseThrow();
      monitor.send("MONITOR");
      HttpClient client = client(vertx, certificate);
      for (int i = 0; i < EACH; i++) {
        stream(client, URI.create(node.url()).getPort());
        waiting(client, URI.create(node.url()).getPort(), known);
      }
      await("begun", () -> begun.get() == EACH);
      assertEquals("[changes:status:0, 1]", redis.text("PUBSUB", "NUMSUB", "changes:status:0"));
      redis.send("ECHO", "all have begun");
      long commands = commands(monitor, "all have begun");
      assertTrue(commands < EACH, () -> "commands " + commands);
      node.put(PATH, "{\"status\":\"running\",\"progress\":2}");
      await("told", () -> streamed.get() == EACH && answered.get() == EACH);
      assertEquals(0, failed.get());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private void await(String what, Callable<Boolean> condition) {
    try {
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "Not all were %s: begun %s, streamed %s, answered %s, failed %s"
              .formatted(what, begun, streamed, answered, failed),
          e);
    }
  }

  private static HttpClient client(Vertx vertx, Certificate certificate) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setSsl(true)
            .setUseAlpn(true)
            .setTrustOptions(new PemTrustOptions().addCertPath(certificate.chain().toString()))
            .setHttp2MultiplexingLimit(100),
        new PoolOptions().setHttp2MaxSize(EACH * 2 / 100 + 10));
  }

  private void stream(HttpClient client, int port) throws InterruptedException {
    underWay.acquire();
    follow(client, port);
  }

  private void follow(HttpClient client, int port) {
    client
        .request(options(port, PATH))
        // On the event loop: what arrives before there is a handler is dropped.
        .compose(
            request ->
                request
                    .putHeader("Accept", "text/event-stream")
                    .send()
                    .onSuccess(response -> read(client, port, response)))
        .onFailure(thrown -> failed.incrementAndGet());
  }

  private void read(HttpClient client, int port, HttpClientResponse response) {
    if (isLater(response)) {
      follow(client, port);
      return;
    }
    StringBuilder text = new StringBuilder();
    response.handler(chunk -> streamed(text, chunk));
    response.exceptionHandler(broken -> {});
  }

  /** Reads on in what arrived before, since flow control may split an event. */
  private void streamed(StringBuilder text, Buffer chunk) {
    text.append(chunk);
    if (found(text, "\"progress\":1")) {
      begun.incrementAndGet();
      underWay.release();
    }
    if (found(text, "\"progress\":2")) {
      streamed.incrementAndGet();
    }
  }

  private static boolean found(StringBuilder text, String what) {
    int at = text.indexOf(what);
    if (at >= 0) {
      text.delete(0, at + what.length());
    }
    return at >= 0;
  }

  private void waiting(HttpClient client, int port, String known) throws InterruptedException {
    underWay.acquire();
    client
        .request(options(port, PATH + "?wait=60"))
        .onSuccess(request -> underWay.release())
        .onComplete(
            request -> poll(client, port, known, request), thrown -> failed.incrementAndGet());
  }

  private void poll(HttpClient client, int port, String known, HttpClientRequest request) {
    request
        .putHeader("If-None-Match", known)
        .send()
        .compose(
            response -> {
              // A poll that began early has ended without a change.
              boolean later = isLater(response) || response.statusCode() == 304;
              return response.body().map(body -> later ? "later" : body.toString());
            })
        .onComplete(
            body -> {
              if (body.equals("later")) {
                client
                    .request(options(port, PATH + "?wait=60"))
                    .onComplete(
                        again -> poll(client, port, known, again),
                        thrown -> failed.incrementAndGet());
              } else if (body.contains("\"progress\":2")) {
                answered.incrementAndGet();
              } else {
                failed.incrementAndGet();
              }
            },
            thrown -> failed.incrementAndGet());
  }

  /** Whether the request was refused by a busy node, and is repeated. */
  private static boolean isLater(HttpClientResponse response) {
    return response.statusCode() == 429 || response.statusCode() == 503;
  }

  private static RequestOptions options(int port, String uri) {
    return new RequestOptions()
        .setHost("127.0.0.1")
        .setPort(port)
        .setURI(uri)
        .setMethod(HttpMethod.GET);
  }

  /** Counts commands that named the status, up to a last one. */
  private static long commands(ForeignClient monitor, String last) {
    long commands = 0;
    for (String next = monitor.monitored(); !next.contains(last); next = monitor.monitored()) {
      commands += next.contains(":c1") && !next.contains(" lua]") ? 1 : 0;
    }
    return commands;
  }
}
