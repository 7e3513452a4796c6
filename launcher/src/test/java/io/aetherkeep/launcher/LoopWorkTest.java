package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * No request blocks an event loop for more than 50 ms: no large document is parsed on one. The JSON
 * scanner asserts that, and assertions are on; a violation is answered 500.
 */
@ExtendWith(RedisExtension.class)
class LoopWorkTest {

  private static final String JSON = members(8_000, "é");

  private RunningNode node;
  private ForeignClient redis;

  @BeforeEach
  void start(RedisServer server) {
    redis = server.foreign(0);
    node =
        RunningNode.start(
            Map.of(
                "AETHERKEEP_REDIS_URL", server.url(),
                "AETHERKEEP_REDIS_TIMEOUT", "20s",
                "AETHERKEEP_HTTP_REQUEST_DEADLINE", "30s"));
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  /** Members of 60 bytes; 8,000 of them are 540 KB. */
  private static String members(int count, String letter) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"member-%06d\":\"%s\"".formatted(i, letter + "x".repeat(45)))
        .collect(Collectors.joining(","));
  }

  private static void assertAnswered(int status, Callable<HttpResponse<String>> request)
      throws Exception {
    HttpResponse<String> response = request.call();
    assertEquals(status, response.statusCode(), response.body());
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
    assertAnswered(200, () -> node.get(at + "/s1"));
    assertAnswered(200, () -> node.patch(at + "/s1", "{\"preferences\":" + next() + "}"));
  }

  @Test
  void sessionsThatAreHashes() throws Exception {
    String at = "/api/v1/council/sessions";
    assertEquals(201, node.post(at, "{\"id\":\"c1\",\"userId\":\"u1\"}").statusCode());
    String texts = JSON.substring(0, JSON.length() / 2);
    String some = "{" + texts.substring(0, texts.lastIndexOf(",\"member")) + "}";
    assertAnswered(200, () -> node.patch(at + "/c1", some));
    assertAnswered(200, () -> node.get(at + "/c1"));
  }

  @Test
  void histories() throws Exception {
    String at = "/api/v1/council/sessions";
    assertEquals(201, node.post(at, "{\"id\":\"c1\",\"userId\":\"u1\"}").statusCode());
    String message = "{\"role\":\"user\",\"content\":\"" + "é word ".repeat(2_000) + "\"}";
    for (int i = 0; i < 20; i++) {
      assertEquals(201, node.post(at + "/c1/history", message).statusCode());
    }
    assertAnswered(201, () -> node.post(at + "/c1/history", message));
    assertAnswered(200, () -> node.get(at + "/c1/history"));
    assertAnswered(200, () -> node.get(at + "/c1?include=history"));
  }

  @Test
  void statusesThatAreTexts() throws Exception {
    String at = "/api/v1/aethercast/status/crawl/c1";
    assertEquals(201, node.put(at, next()).statusCode());
    assertAnswered(204, () -> node.put(at, next()));
    assertAnswered(200, () -> node.get(at));
    assertAnswered(200, () -> node.get(at, "Accept-Encoding", "gzip"));
  }

  @Test
  void statusesThatAreHashes() throws Exception {
    String at = "/api/v1/council/status/request/r1";
    assertEquals(201, node.put(at, next()).statusCode());
    assertAnswered(204, () -> node.put(at, next()));
    assertAnswered(200, () -> node.get(at));
  }

  @Test
  void manyStatusesAtOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      node.put("/api/v1/aethercast/status/crawl/c" + i, next());
    }
    String ids = ids("c", 10);
    assertAnswered(200, () -> node.get("/api/v1/aethercast/status/crawl?" + ids));
    assertAnswered(200, () -> node.get("/api/v1/aethercast/status/crawl"));
  }

  @Test
  void configurations() throws Exception {
    String at = "/api/v1/aethercast/configs/large";
    assertEquals(201, node.put(at, next()).statusCode());
    assertAnswered(204, () -> node.put(at, next()));
    assertAnswered(200, () -> node.get(at));
    assertAnswered(200, () -> node.get(at + "/versions"));
  }

  @Test
  void caches() throws Exception {
    String at = "/api/v1/aethercast/caches/topic";
    assertEquals(201, node.put(at + "/t1", next()).statusCode());
    assertAnswered(204, () -> node.put(at + "/t1", next()));
    assertAnswered(200, () -> node.get(at + "/t1"));
    assertAnswered(200, () -> node.get(at + "/t1", "Accept-Encoding", "gzip"));
    for (int i = 0; i < 100; i++) {
      redis.send("SETEX", "cache:topic:m" + i, "600", next());
    }
    String ids = ids("m", 100);
    assertAnswered(200, () -> node.get(at + "?" + ids));
    assertAnswered(200, () -> node.get(at + "?" + ids, "Accept-Encoding", "gzip"));
  }

  @Test
  void streams() throws Exception {
    String at = "/api/v1/aethercast/streams/s1";
    String messages = "[" + "{\"m\":1},".repeat(60_000) + "{}]";
    assertAnswered(201, () -> node.put(at, messages));
    assertAnswered(204, () -> node.post(at, messages));
    assertAnswered(200, () -> node.get(at));
  }

  @Test
  void streamThatEndsInAHistory() throws Exception {
    String session = "/api/v1/council/sessions";
    assertEquals(201, node.post(session, "{\"id\":\"c1\"}").statusCode());
    String at = "/api/v1/council/streams/s1";
    String text = "[" + "{\"text\":\"word \"},".repeat(8_000) + "{\"text\":\"end\"}]";
    String[] extras = {"Stream-Session", "c1", "Stream-Text", "/text", "Stream-Closed", "true"};
    assertAnswered(201, () -> node.put(at, text, extras));
    Awaitility.await().until(() -> node.get(session + "/c1/history").body().contains("word end"));
  }

  private static String ids(String letter, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "id=" + letter + i)
        .collect(Collectors.joining("&"));
  }
}
