package io.aetherkeep.router;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Octets;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.settings.RouterSettings.AccessLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests in progress are limited by space, and do not affect other spaces. */
class RouterAdmissionTest {

  @RegisterExtension
  static final RunningRouter ROUTER =
      RunningRouter.with(
          RouterSettings.of(Map.of("slow", 1 << 20, "swift", 1 << 20))
              .with(AccessLog.OFF)
              .with(new RouterSettings.Load(2, Duration.ofSeconds(1))));

  /** The spelling of a request does not change its class. */
  @ParameterizedTest
  @CsvSource({
    "/api/v1/slow/caches/topic/t, application/json",
    "/api/v1/slow/caches/topic/t?wait=1, application/json",
    "/api/v1/slow/caches/topic/t?x=&wait=1, application/json",
    "/api/v1/%73low/caches/topic/t, application/json",
    "/api/v1/slow/%63aches/topic/t, application/json",
    "/%61pi/v1/slow/caches/topic/t, application/json",
    "/api/v1/slow/caches/topic/t, x/event-stream",
    "/api/v1/slow/caches/topic/t, text/event-stream",
    "/api/v1/slow/caches/topic/realtime, application/json",
    "/api/v1/slow/status/podcast/p?wait=1, 'text/event-stream;q=0'",
    "/api/v1/slow/streams/a/b, */*",
    "/v1/stream/a/b?offset=-1&live=sse, text/event-stream",
    "/%761/stream/a, */*",
  })
  void aRequest_countsByItsRoute(String address, String accept) throws Exception {
    Promise<Entry> release = Promise.promise();
    ROUTER.neighbour().answersWith(release.future());
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(ROUTER.sending(ROUTER.to("/api/v1/slow/caches/topic/t?wait=" + i)));
      ROUTER.neighbour().asked();
    }
    assertEquals(429, ROUTER.send(ROUTER.to(address).header("Accept", accept)).statusCode());
    release.complete(ENTRY);
    for (CompletableFuture<HttpResponse<String>> each : waiting) {
      assertEquals(200, each.get().statusCode());
    }
  }

  @Test
  void aStream_countsNoMoreOnceItIsHeldOpen() throws Exception {
    ROUTER
        .neighbour()
        .answersAll(
            ask ->
                Future.succeededFuture(
                    ask instanceof ReadListeners ? new Listeners("p", 1, 1, 1) : ENTRY));
    List<Socket> streams = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Socket stream = RawAnswer.open(ROUTER.port());
      streams.add(stream);
      String head = RunningRouter.head("GET", "/api/v1/slow/podcasts/p/listeners");
      stream
          .getOutputStream()
          .write((head + "Accept: text/event-stream\r\n\r\n").getBytes(US_ASCII));
      assertEquals(200, RawAnswer.headFrom(stream).status());
    }
    assertEquals(200, ROUTER.get("/api/v1/slow/caches/topic/t").statusCode());
    for (Socket stream : streams) {
      stream.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/stream/%d?offset=-1&live=sse",
        "/v1/stream/%d?offset=-1&live=long-poll",
        "/v1/stream/%d?watch=stop",
        "/api/v1/slow/status/podcast/%d?wait=60"
      })
  void aLiveRead_countsUntilWhatItWaitsForIsRead(String address) throws Exception {
    Promise<Void> read = Promise.promise();
    ROUTER
        .neighbour()
        .answersAll(ask -> ask instanceof ReadEntry ? succeeded(ENTRY) : later(read, ask));
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(ROUTER.sending(ROUTER.to(address.formatted(i))));
      ROUTER.neighbour().asked();
    }
    assertEquals(429, ROUTER.get("/api/v1/slow/caches/topic/t").statusCode());
    assertEquals(429, ROUTER.get(address.formatted(3)).statusCode());
    read.complete();
    await().until(() -> ROUTER.get("/api/v1/slow/caches/topic/t").statusCode() == 200);
    assertEquals(List.of(false, false), waiting.stream().map(CompletableFuture::isDone).toList());
    waiting.forEach(each -> each.cancel(true));
  }

  /** A stream without data yet, and a status that does not exist yet. */
  private static Future<?> later(Promise<Void> read, Ask<?> ask) {
    if (ask instanceof DescribeStream) {
      return read.future().map(EMPTY);
    }
    return ask instanceof ReadStream
        ? read.future().map(NOTHING)
        : read.future()
            .transform(now -> Future.failedFuture(Failure.of(Code.STATUS_UNKNOWN, "Not yet")));
  }

  private static Future<?> succeeded(Object answer) {
    return Future.succeededFuture(answer);
  }

  private static final String START = "0000000000000001_0000000000000000";
  private static final StreamInfo EMPTY =
      new StreamInfo("slow", "a", "text/plain", START, 0, false, null, null, null, null, null);
  private static final StreamSlice NOTHING =
      new StreamSlice(
          "text/plain", "1", START, START, Octets.of(Buffer.buffer()), true, false, null, null);

  private static final Entry ENTRY = new Entry(Document.of("1"), 0, 60);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/slow/streams/__ds/subscriptions/x/%s",
        "/v1/stream/__ds/subscriptions/x/%s",
      })
  void acksWithUnfinishedBodies_leaveThePlacesOfCallers(String address) throws Exception {
    ROUTER.neighbour().answers(ENTRY);
    List<Socket> acks = new ArrayList<>();
    for (String action : List.of("ack", "callback")) {
      Socket ack = RawAnswer.open(ROUTER.port());
      acks.add(ack);
      // The interim answer tells that the request has begun, and waits for its body.
      String head = ack(address.formatted(action), 1000) + "Expect: 100-continue\r\n\r\n{";
      ack.getOutputStream().write(head.getBytes(US_ASCII));
      assertEquals(100, RawAnswer.headFrom(ack).status());
    }
    assertEquals(200, ROUTER.get("/api/v1/slow/caches/topic/t").statusCode());
    String third = ack(address.formatted("release"), 2) + "\r\n{}";
    assertEquals(429, ROUTER.raw(third).status());
    for (Socket ack : acks) {
      ack.close();
    }
    await().until(() -> ROUTER.raw(third).status() != 429);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ack", "callback", "release"})
  void anAck_hasASmallerLimitThanItsSpace(String action) throws Exception {
    String head = ack("/api/v1/slow/streams/__ds/subscriptions/x/" + action, 200 << 10);
    assertEquals(413, ROUTER.raw(head + "\r\n{").status());
  }

  /** The head of an ack without a valid token, and without its last line. */
  private static String ack(String address, int length) {
    return RunningRouter.head("POST", address)
        + "Authorization: Bearer x\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n";
  }

  @Test
  void aSpaceAtItsLimit_isRefusedUntilRequestsEnd() throws Exception {
    Promise<Entry> release = Promise.promise();
    ROUTER
        .neighbour()
        .answersAll(
            ask ->
                ask instanceof ReadEntry read && read.space().equals("slow")
                    ? release.future()
                    : Future.succeededFuture(ENTRY));
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(ROUTER.sending(ROUTER.to("/api/v1/slow/caches/topic/t" + i)));
    }
    ROUTER.neighbour().asked();
    ROUTER.neighbour().asked();
    HttpResponse<String> refused = ROUTER.get("/api/v1/slow/caches/topic/t");
    assertEquals(429, refused.statusCode());
    assertEquals("", refused.headers().firstValue("Connection").orElse(""));
    assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
    assertEquals(200, ROUTER.get("/api/v1/swift/caches/topic/t").statusCode());
    release.complete(ENTRY);
    for (CompletableFuture<HttpResponse<String>> each : waiting) {
      assertEquals(200, each.get().statusCode());
    }
    assertEquals(200, ROUTER.get("/api/v1/slow/caches/topic/t").statusCode());
  }
}
