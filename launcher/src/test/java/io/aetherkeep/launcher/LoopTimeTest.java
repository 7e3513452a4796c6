package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * No request holds an event loop for more than 50 ms: the processor's time of all event loops is
 * counted, not that of a clock, and of several rounds the least, for the first ones run code that
 * is not compiled yet.
 */
@ExtendWith(RedisExtension.class)
class LoopTimeTest {

  private static final Duration MOST = Duration.ofMillis(50);
  private static final int ROUNDS = 12;
  private static final String LOOP = "vert.x-eventloop-thread-";
  private static final String JSON = members(8_000, "é");

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private RunningNode node;
  private ForeignClient redis;

  @BeforeEach
  void start(RedisServer server) {
    redis = server.foreign(0);
    node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  /** Members of 60 bytes each, so that 8,000 are 540 KB. */
  private static String members(int count, String letter) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"member-%06d\":\"%s\"".formatted(i, letter + "x".repeat(45)))
        .collect(Collectors.joining(","));
  }

  private static long loopNanos() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(LOOP))
        .mapToLong(thread -> THREADS.getThreadCpuTime(thread.getId()))
        .sum();
  }

  private static void assertShort(int status, Callable<HttpResponse<String>> request)
      throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long before = loopNanos();
      HttpResponse<String> response = request.call();
      assertEquals(status, response.statusCode(), response.body());
      least = Math.min(least, loopNanos() - before);
    }
    Duration held = Duration.ofNanos(least);
    assertTrue(held.compareTo(MOST) < 0, () -> held + " on the event loops");
  }

  private int number;

  private String next() {
    return "{\"status\":\"running\",\"progress\":" + ++number + "," + JSON + "}";
  }

  @Test
  void sessions() throws Exception {
    String at = "/api/v1/aethercast/sessions";
    String body = "{\"id\":\"s1\",\"userId\":\"u1\",\"preferences\":{" + JSON + "}}";
    assertEquals(201, node.post(at, body).statusCode());
    assertShort(200, () -> node.get(at + "/s1"));
    assertShort(200, () -> node.patch(at + "/s1", "{\"preferences\":" + next() + "}"));
  }

  @Test
  void sessionsThatAreHashes() throws Exception {
    String at = "/api/v1/council/sessions";
    assertEquals(201, node.post(at, "{\"id\":\"c1\",\"userId\":\"u1\"}").statusCode());
    String texts = JSON.substring(0, JSON.length() / 2);
    String some = "{" + texts.substring(0, texts.lastIndexOf(",\"member")) + "}";
    assertShort(200, () -> node.patch(at + "/c1", some));
    assertShort(200, () -> node.get(at + "/c1"));
  }

  @Test
  void histories() throws Exception {
    String at = "/api/v1/council/sessions";
    assertEquals(201, node.post(at, "{\"id\":\"c1\",\"userId\":\"u1\"}").statusCode());
    String message = "{\"role\":\"user\",\"content\":\"" + "é word ".repeat(2_000) + "\"}";
    for (int i = 0; i < 20; i++) {
      assertEquals(201, node.post(at + "/c1/history", message).statusCode());
    }
    assertShort(201, () -> node.post(at + "/c1/history", message));
    assertShort(200, () -> node.get(at + "/c1/history"));
    assertShort(200, () -> node.get(at + "/c1?include=history"));
  }

  @Test
  void statusesThatAreTexts() throws Exception {
    String at = "/api/v1/aethercast/status/crawl/c1";
    assertEquals(201, node.put(at, next()).statusCode());
    assertShort(204, () -> node.put(at, next()));
    assertShort(200, () -> node.get(at));
    assertShort(200, () -> node.get(at, "Accept-Encoding", "gzip"));
  }

  @Test
  void statusesThatAreHashes() throws Exception {
    String at = "/api/v1/council/status/request/r1";
    assertEquals(201, node.put(at, next()).statusCode());
    assertShort(204, () -> node.put(at, next()));
    assertShort(200, () -> node.get(at));
  }

  @Test
  void manyStatusesAtOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      node.put("/api/v1/aethercast/status/crawl/c" + i, next());
    }
    String ids = ids("c", 10);
    assertShort(200, () -> node.get("/api/v1/aethercast/status/crawl?" + ids));
    assertShort(200, () -> node.get("/api/v1/aethercast/status/crawl"));
  }

  @Test
  void configurations() throws Exception {
    String at = "/api/v1/aethercast/configs/large";
    assertEquals(201, node.put(at, next()).statusCode());
    assertShort(204, () -> node.put(at, next()));
    assertShort(200, () -> node.get(at));
    assertShort(200, () -> node.get(at + "/versions"));
  }

  @Test
  void caches() throws Exception {
    String at = "/api/v1/aethercast/caches/topic";
    assertEquals(201, node.put(at + "/t1", next()).statusCode());
    assertShort(204, () -> node.put(at + "/t1", next()));
    assertShort(200, () -> node.get(at + "/t1"));
    assertShort(200, () -> node.get(at + "/t1", "Accept-Encoding", "gzip"));
    for (int i = 0; i < 100; i++) {
      redis.send("SETEX", "cache:topic:m" + i, "600", next());
    }
    String ids = ids("m", 100);
    assertShort(200, () -> node.get(at + "?" + ids));
    assertShort(200, () -> node.get(at + "?" + ids, "Accept-Encoding", "gzip"));
  }

  private static String ids(String letter, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "id=" + letter + i)
        .collect(Collectors.joining("&"));
  }
}
