package io.aetherkeep.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.EventStream.Event;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Statuses from HTTP to Redis and back, and their four ways to follow, on two whole nodes. */
class StatusSystemTest extends TwoNodes {

  private static final String CRAWL = "/api/v1/aethercast/status/crawl";

  @Override
  Map<String, String> settings() {
    return Map.of("AETHERKEEP_HTTP_WATCH_EVERY", "50ms");
  }

  private static String status(String word, int progress) {
    return "{\"status\": \"" + word + "\", \"progress\": " + progress + "}";
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void put_thenGet() throws Exception {
    HttpResponse<String> put = node.put(CRAWL + "/c1?attempt=3", status("running", 10));
    assertEquals(201, put.statusCode());
    assertEquals(CRAWL + "/c1", header(put, "Location"));
    HttpResponse<String> got = other.get(CRAWL + "/c1");
    assertEquals(200, got.statusCode());
    assertEquals(status("running", 10), got.body());
    assertEquals("3", header(got, "Status-Attempt"));
    assertEquals("running", header(got, "Status-Phase"));
    assertTrue(Integer.parseInt(header(got, "Age")) < 60);
    assertEquals("2", header(got, "Retry-After"));
    assertEquals(header(put, "ETag"), header(got, "ETag"));
    assertEquals(header(put, "Status-Offset"), header(got, "Status-Offset"));
    assertEquals(304, other.get(CRAWL + "/c1", "If-None-Match", header(got, "ETag")).statusCode());
    assertEquals(204, other.put(CRAWL + "/c1", status("completed", 100)).statusCode());
    assertEquals("", header(node.get(CRAWL + "/c1"), "Retry-After"));
    HttpResponse<String> late = node.put(CRAWL + "/c1", status("running", 99));
    assertEquals(409, late.statusCode());
    assertTrue(late.body().contains("\"code\":\"status-final\""), late.body());
  }

  @Test
  void theTagOfAPut_isThatOfAGet_whereRedisHoldsAHash() throws Exception {
    String path = "/api/v1/aethercast/status/request/r1";
    String sent = "{\"progress\": 40, \"status\": \"processing\", \"eta\": 12, \"note\": null}";
    HttpResponse<String> put = node.put(path, sent);
    assertEquals(201, put.statusCode());
    assertEquals(304, other.get(path, "If-None-Match", header(put, "ETag")).statusCode());
  }

  @Test
  void unknown_is404AndExpired410() throws Exception {
    for (String how : new String[] {"", "?wait=1"}) {
      assertEquals(404, node.get(CRAWL + "/c1" + how).statusCode());
    }
    try (EventStream stream = EventStream.open(node.url() + CRAWL + "/c1")) {
      assertEquals(200, stream.status());
      assertEquals(new EventStream.Event("unknown", "", "null"), stream.next());
      other.put(CRAWL + "/c1", status("running", 1));
      assertEquals(status("running", 1), stream.next().data());
    }
    redis.send("DEL", "crawl:status:c1");
    for (String how : new String[] {"", "?wait=5"}) {
      assertEquals(410, node.get(CRAWL + "/c1" + how).statusCode());
    }
    assertEquals(410, EventStream.open(node.url() + CRAWL + "/c1").status());
    assertEquals(400, node.get(CRAWL + "/c1?wait=61").statusCode());
    assertEquals(404, node.get("/api/v1/aethercast/status/topic/c1").statusCode());
  }

  @Test
  void manyAndList() throws Exception {
    node.put(CRAWL + "/c1", status("running", 1));
    node.put(CRAWL + "/c2", status("completed", 1));
    assertEquals(
        "{\"found\":{\"c2\":" + status("completed", 1) + "},\"missing\":[\"c3\"]}",
        node.get(CRAWL + "?id=c2&id=c3").body());
    String list = node.get(CRAWL + "?limit=10").body();
    assertTrue(list.startsWith("{\"items\":[{\"id\":\"c1\",\"attempt\":1,"), list);
    assertTrue(list.endsWith("\"next\":null}"), list);
  }

  @Test
  void wait_answersOnChangeFromAnotherNode() throws Exception {
    node.put(CRAWL + "/c1", status("running", 1));
    Future<HttpResponse<String>> waiting = later(() -> node.get(CRAWL + "/c1?wait=60"));
    AtomicInteger n = new AtomicInteger(1);
    Awaitility.await()
        .until(
            () -> {
              other.put(CRAWL + "/c1", status("running", n.incrementAndGet()));
              return waiting.isDone();
            });
    int answered = new JsonObject(waiting.get().body()).getInteger("progress");
    assertTrue(answered > 1 && answered <= n.get(), waiting.get().body());
    String completed = status("completed", n.get());
    assertEquals(204, other.put(CRAWL + "/c1", completed).statusCode());
    // An earlier change may reach the node after the poll has begun, and is its answer then.
    Awaitility.await().until(() -> node.get(CRAWL + "/c1?wait=60").body().equals(completed));
    HttpResponse<String> done = node.get(CRAWL + "/c1?wait=60");
    String old = "\"1-1\"";
    assertEquals(200, node.get(CRAWL + "/c1?wait=60", "If-None-Match", old).statusCode());
    assertEquals(
        304, node.get(CRAWL + "/c1?wait=1", "If-None-Match", header(done, "ETag")).statusCode());
  }

  private static Future<HttpResponse<String>> later(
      java.util.concurrent.Callable<HttpResponse<String>> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.call();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void stream_followsToTheEndAndResumes() throws Exception {
    node.put(CRAWL + "/c1", status("running", 1));
    Event first;
    try (EventStream stream = EventStream.open(node.url() + CRAWL + "/c1")) {
      assertEquals("text/event-stream", stream.header("Content-Type"));
      first = stream.next();
      assertEquals(new Event("status", first.id(), status("running", 1)), first);
      other.put(CRAWL + "/c1", "{\n\"status\": \"running\",\r\n\"progress\": 2}");
      assertEquals("{\n\"status\": \"running\",\n\"progress\": 2}", stream.next().data());
    }
    for (int i = 3; i < 60; i++) {
      other.put(CRAWL + "/c1", status("running", i));
    }
    String url = node.url() + CRAWL + "/c1";
    String last;
    try (EventStream stream = EventStream.open(url, "Last-Event-ID", first.id())) {
      assertTrue(stream.next().data().contains("2"));
      for (int i = 3; i < 60; i++) {
        assertEquals(status("running", i), stream.next().data());
      }
      other.put(CRAWL + "/c1", status("completed", 100));
      Event end = stream.next();
      assertEquals(status("completed", 100), end.data());
      last = end.id();
      assertEquals("end", stream.next().name());
    }
    assertEquals(204, EventStream.open(url, "Last-Event-ID", last).status());
    assertEquals(400, EventStream.open(url, "Last-Event-ID", "x").status());
    try (EventStream stream = EventStream.open(url, "Last-Event-ID", "1-1")) {
      assertEquals(new Event("gap", "", "{\"recovered\":false}"), stream.next());
      assertEquals(status("completed", 100), stream.next().data());
    }
  }

  @Test
  void writesFromPython_reachFollowers() throws Exception {
    redis.send("SETEX", "crawl:status:c1", "3600", status("running", 1));
    try (EventStream stream = EventStream.open(node.url() + CRAWL + "/c1")) {
      assertEquals(status("running", 1), stream.next().data());
      redis.send("SETEX", "crawl:status:c1", "3600", status("running", 7));
      assertEquals(status("running", 7), stream.next().data());
      redis.send("DEL", "crawl:status:c1");
      assertEquals(new Event("gone", "", "{\"code\":\"status-expired\"}"), noId(stream.next()));
      assertEquals("end", stream.next().name());
    }
  }

  private static Event noId(Event event) {
    return new Event(event.name(), "", event.data());
  }

  @Test
  void aLostSubscription_losesNothing() throws Exception {
    node.put(CRAWL + "/c1", status("running", 0));
    try (EventStream stream = EventStream.open(node.url() + CRAWL + "/c1")) {
      stream.next();
      for (int i = 1; i <= 50; i++) {
        if (i % 10 == 0) {
          redis.send("CLIENT", "KILL", "TYPE", "pubsub");
        }
        assertEquals(204, other.put(CRAWL + "/c1", status("running", i)).statusCode());
      }
      for (int i = 1; i <= 50; i++) {
        assertEquals(status("running", i), stream.next().data());
      }
    }
  }

  @Test
  void aReaderThatDoesNotRead_isDisconnected() throws Exception {
    node.put(CRAWL + "/c1", status("running", 0));
    URI url = URI.create(node.url());
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
      String request =
          "GET "
              + CRAWL
              + "/c1 HTTP/1.1\r\nHost: "
              + url.getAuthority()
              + "\r\nAccept: text/event-stream\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      assertEquals("HTTP/1.1 200", new String(socket.getInputStream().readNBytes(12), US_ASCII));
      String stage = "x".repeat(200_000);
      for (int i = 1; i <= 100; i++) {
        String json = "{\"status\":\"running\",\"progress\":" + i + ",\"x\":\"" + stage + "\"}";
        assertEquals(204, other.put(CRAWL + "/c1", json).statusCode());
      }
      long got = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      assertTrue(got > 1_000_000 && got < 15_000_000, () -> got + " of 20,000,000 bytes");
    }
    assertEquals(200, node.get(CRAWL + "/c1").statusCode());
  }

  @Test
  void aNodeThatStops_saysGoodbye() throws Exception {
    node.put(CRAWL + "/c1", status("running", 0));
    RunningNode third = RunningNode.start(settings);
    try (EventStream stream = EventStream.open(third.url() + CRAWL + "/c1")) {
      stream.next();
      third.close();
      assertEquals("end", stream.next().name());
    }
  }
}
