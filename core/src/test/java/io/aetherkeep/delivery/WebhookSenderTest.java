package io.aetherkeep.delivery;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Offload;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests which addresses the sender connects to, and how it interprets responses. */
class WebhookSenderTest {

  private static final AddressPolicy OWN = new AddressPolicy(List.of(Network.of("127.0.0.0/8")));
  private static final Instant NOW = Instant.parse("2026-01-31T09:00:00Z");
  private static final Buffer BODY = Buffer.buffer("{}");

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger requests = new AtomicInteger();
  private WebhookSender.Resolver resolver =
      host -> List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private int receiver(Handler<HttpServerRequest> handler) throws Exception {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  requests.incrementAndGet();
                  handler.handle(request);
                });
    return server.listen(0, "127.0.0.1").await(20, TimeUnit.SECONDS).actualPort();
  }

  private SendResult post(AddressPolicy policy, String url) throws Exception {
    return post(policy, url, Duration.ofSeconds(20));
  }

  private SendResult post(AddressPolicy policy, String url, Duration deadline) throws Exception {
    WebhookSender sender =
        new WebhookSender(vertx, policy, deadline, InstantSource.fixed(NOW), resolver);
    return sender
        .post(TargetUrl.parse(url).orElseThrow(), Map.of("webhook-id", "m1"), BODY)
        .await(30, TimeUnit.SECONDS);
  }

  @Test
  void aPrivateAddress_isNotDialled() throws Exception {
    int port = receiver(request -> request.response().end());

    SendResult result = post(AddressPolicy.PUBLIC_ONLY, "https://receiver.example:" + port + "/");

    assertEquals("The address 127.0.0.1 is not public", result.problem());
    assertEquals(0, requests.get());
  }

  @Test
  void aPrivateAddressAmongPublicOnes_isNotDialled() throws Exception {
    resolver =
        host ->
            List.of(
                InetAddress.getByAddress(host, new byte[] {93, (byte) 184, (byte) 216, 34}),
                InetAddress.getByAddress(host, new byte[] {10, 0, 0, 1}));

    assertEquals(
        "The address 10.0.0.1 is not public",
        post(AddressPolicy.PUBLIC_ONLY, "https://receiver.example/").problem());
  }

  @Test
  void theAddressDialled_isTheOneThatWasChecked() throws Exception {
    AtomicInteger resolved = new AtomicInteger();
    WebhookSender.Resolver first = resolver;
    resolver =
        host ->
            resolved.incrementAndGet() == 1
                ? first.resolve(host)
                : List.of(InetAddress.getByAddress(host, new byte[] {10, 0, 0, 1}));
    int port = receiver(request -> request.response().end(request.getHeader("host")));

    SendResult result = post(OWN, "http://receiver.example:" + port + "/hook");

    assertEquals("receiver.example:" + port, result.body().toString());
    assertEquals(1, resolved.get());
  }

  @Test
  void plainHttp_isSpokenToAllowedNetworksOnly() throws Exception {
    resolver =
        host ->
            List.of(InetAddress.getByAddress(host, new byte[] {93, (byte) 184, (byte) 216, 34}));

    assertEquals(
        "Plain HTTP is only possible to the networks of webhooks.allow-networks",
        post(OWN, "http://receiver.example/").problem());
  }

  @Test
  void aRedirect_isNotFollowed() throws Exception {
    int port =
        receiver(
            request ->
                request.response().setStatusCode(307).putHeader("location", "/elsewhere").end());

    assertEquals(307, post(OWN, "http://receiver.example:" + port + "/").status());
    assertEquals(1, requests.get());
  }

  @Test
  void aSilentReceiver_endsTheAttemptAtItsDeadline() throws Exception {
    int port = receiver(request -> {});

    SendResult result = post(OWN, "http://receiver.example:" + port + "/", Duration.ofMillis(300));

    assertEquals("No response within 300 ms", result.problem());
    assertFalse(result.isTaken());
  }

  @Test
  void anAttempt_hasOneDeadlineForItsLookUpAndItsResponse() throws Exception {
    Duration deadline = Duration.ofMillis(400);
    long mostOfIt = 300;
    CountDownLatch found = new CountDownLatch(1);
    WebhookSender.Resolver quick = resolver;
    resolver =
        host -> {
          vertx.setTimer(mostOfIt, id -> found.countDown());
          awaitUninterruptibly(found);
          return quick.resolve(host);
        };
    int port = receiver(request -> vertx.setTimer(mostOfIt, id -> request.response().end("late")));

    SendResult result = post(OWN, "http://receiver.example:" + port + "/", deadline);

    assertEquals("No response within 400 ms", result.problem());
  }

  @Test
  void aReceiverThatNeverEndsItsAnswer_endsTheAttempt() throws Exception {
    int port =
        receiver(
            request -> {
              request.response().setChunked(true).write(Buffer.buffer(new byte[1 << 20]));
            });

    SendResult result = post(OWN, "http://receiver.example:" + port + "/");

    assertEquals(200, result.status());
    assertEquals(16 << 10, result.body().length());
  }

  @Test
  void retryAfter_isReadInSecondsAndAsADate() throws Exception {
    int port =
        receiver(
            request ->
                request
                    .response()
                    .setStatusCode(503)
                    .putHeader(
                        "retry-after",
                        request.path().equals("/date") ? "Sat, 31 Jan 2026 09:02:00 GMT" : "7")
                    .end());
    String url = "http://receiver.example:" + port;

    assertEquals(Duration.ofSeconds(7), post(OWN, url + "/seconds").retryAfter());
    assertEquals(Duration.ofMinutes(2), post(OWN, url + "/date").retryAfter());
  }

  @Test
  void aRefusedConnection_isAProblem() throws Exception {
    int port;
    try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
      port = free.getLocalPort();
    }

    SendResult result = post(OWN, "http://receiver.example:" + port + "/");

    assertNotNull(result.problem());
    assertEquals(0, result.status());
  }

  @Test
  void addressesThatAreNotPublic_areRefusedInEveryForm() throws Exception {
    for (String address :
        List.of(
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "ff02::1")) {
      assertTrue(
          AddressPolicy.PUBLIC_ONLY.refusal(InetAddress.getByName(address), false).isPresent(),
          address);
    }
    for (String address : List.of("93.184.216.34", "172.32.0.1", "2606:2800:220:1::1")) {
      assertFalse(
          AddressPolicy.PUBLIC_ONLY.refusal(InetAddress.getByName(address), false).isPresent(),
          address);
    }
  }

  @Test
  void aUrlWithCredentialsOrOfAnotherScheme_isNone() {
    for (String url :
        List.of(
            "ftp://a.example/",
            "https://u:p@a.example/",
            "https://a.example/#f",
            "https:///x",
            "//a.example",
            "https://a.example:99999/",
            "https://a b/")) {
      assertTrue(TargetUrl.parse(url).isEmpty(), url);
    }
    assertEquals(443, TargetUrl.parse("https://a.example").orElseThrow().port());
    assertEquals("/?a=b", TargetUrl.parse("https://a.example?a=b").orElseThrow().path());
  }

  @Test
  void aHostThatDnsDoesNotAnswer_leavesTheWorkerThreadsAndOtherHostsAlone() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    WebhookSender.Resolver quick = resolver;
    resolver =
        host -> {
          if (host.startsWith("slow")) {
            awaitUninterruptibly(stuck);
          }
          return quick.resolve(host);
        };
    int port = receiver(request -> request.response().end());
    WebhookSender sender =
        new WebhookSender(vertx, OWN, Duration.ofSeconds(30), InstantSource.fixed(NOW), resolver);
    List<Future<SendResult>> slow = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      slow.add(send(sender, "http://slow" + i % 3 + ".example:" + port + "/"));
    }
    Promise<String> offloaded = Promise.promise();
    vertx.runOnContext(turn -> Offload.run(1 << 20, () -> "done").onComplete(offloaded));

    assertEquals("done", await(offloaded.future()));
    assertEquals(200, await(send(sender, "http://other.example:" + port + "/")).status());
    assertEquals(1, requests.get());
    stuck.countDown();
    for (Future<SendResult> late : slow) {
      assertEquals(200, await(late).status());
    }
    await(sender.close());
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Future<SendResult> send(WebhookSender sender, String url) {
    return sender.post(TargetUrl.parse(url).orElseThrow(), Map.of(), BODY);
  }
}
