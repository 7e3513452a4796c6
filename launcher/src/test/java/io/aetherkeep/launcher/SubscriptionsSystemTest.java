package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions to streams over HTTP: rights, the form of errors, two nodes, and outages. */
@ExtendWith(RedisExtension.class)
class SubscriptionsSystemTest {

  private static final String STREAMS = "/api/v1/council/streams";
  private static final String ONE = STREAMS + "/__ds/subscriptions/s1";
  private static final String PULL =
      "{\"type\":\"pull-wake\",\"pattern\":\"e/*\",\"wake_stream\":\"w\"}";

  private static void assertError(int status, String code, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer::body);
    JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
    assertEquals(code, error.getString("code"), answer::body);
  }

  @Test
  void rights_areScopesOfTheSpace_orTheTokenOfAWake(RedisServer redis, @TempDir Path directory)
      throws Exception {
    KeysOfNode keys = new KeysOfNode(directory.resolve("keys.json"));
    String[] writer = {"X-API-Key", keys.add("write")};
    String[] reader = {"X-API-Key", keys.add("read")};
    Map<String, String> environment = keys.settings(redis);
    try (RunningNode node = RunningNode.start(environment)) {
      assertEquals(403, node.put(ONE, PULL, reader).statusCode());
      assertEquals(201, node.put(ONE, PULL, writer).statusCode());
      assertEquals(403, node.get(ONE, writer).statusCode());
      assertEquals(200, node.get(ONE, reader).statusCode());
      assertEquals(401, node.get(ONE).statusCode());
      assertEquals(200, node.get(STREAMS + "/__ds/jwks.json").statusCode());
      assertEquals(201, node.put(STREAMS + "/e/a", "[1]", writer).statusCode());
      assertEquals(403, node.post(ONE + "/claim", "{\"worker\":\"w1\"}", reader).statusCode());
      JsonObject claim =
          new JsonObject(node.post(ONE + "/claim", "{\"worker\":\"w1\"}", writer).body());
      HttpResponse<String> held = node.post(ONE + "/claim", "{\"worker\":\"w2\"}", writer);
      assertError(409, "ALREADY_CLAIMED", held);
      JsonObject error = new JsonObject(held.body()).getJsonObject("error");
      assertEquals("w1", error.getString("current_holder"));
      assertEquals(1, error.getInteger("generation"));
      String ack =
          new JsonObject()
              .put("wake_id", claim.getString("wake_id"))
              .put("generation", claim.getInteger("generation"))
              .encode();
      assertError(401, "TOKEN_INVALID", node.post(ONE + "/ack", ack));
      assertError(401, "TOKEN_INVALID", node.post(ONE + "/ack", ack, writer));
      String[] token = {"Authorization", "Bearer " + claim.getString("token")};
      assertEquals(200, node.post(ONE + "/ack", ack, token).statusCode());
      assertEquals(204, node.post(ONE + "/release", ack, token).statusCode());
      assertError(409, "FENCED", node.post(ONE + "/release", ack, token));
      assertEquals(401, node.get(ONE, token).statusCode());
      assertEquals(401, node.delete(ONE).statusCode());
      assertError(404, "SUBSCRIPTION_NOT_FOUND", node.get(ONE + "x", reader));
    }
  }

  @Test
  void webhook_ofOneNode_isCalledBackOnAnother(RedisServer redis) throws Exception {
    List<JsonObject> wakes = new CopyOnWriteArrayList<>();
    HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          wakes.add(new JsonObject(new String(body, StandardCharsets.UTF_8)));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    Map<String, String> environment =
        Map.of(
            "AETHERKEEP_REDIS_URL",
            redis.url(),
            "AETHERKEEP_HTTP_TRUSTED_PROXIES",
            "127.0.0.1",
            "AETHERKEEP_WEBHOOKS_ALLOW_NETWORKS",
            "127.0.0.0/8");
    try (RunningNode one = RunningNode.start(environment);
        RunningNode other = RunningNode.start(environment)) {
      String config =
          "{\"type\":\"webhook\",\"pattern\":\"e/*\",\"webhook\":{\"url\":\"http://127.0.0.1:"
              + receiver.getAddress().getPort()
              + "/\"}}";
      HttpResponse<String> created = one.put(ONE, config, "X-Forwarded-Proto", "https");
      assertEquals(201, created.statusCode(), created::body);
      JsonObject signing =
          new JsonObject(created.body()).getJsonObject("webhook").getJsonObject("signing");
      String root = one.url().replace("http:", "https:") + STREAMS;
      assertEquals(root + "/__ds/jwks.json", signing.getString("jwks_url"));
      assertTrue(other.get(STREAMS + "/__ds/jwks.json").body().contains(signing.getString("kid")));

      Awaitility.await().until(() -> other.put(STREAMS + "/e/a", "[1]").statusCode() == 201);
      Awaitility.await().until(() -> wakes.size() == 1);
      JsonObject wake = wakes.get(0);
      assertEquals(root + "/__ds/subscriptions/s1/callback", wake.getString("callback_url"));
      String ack =
          new JsonObject()
              .put("wake_id", wake.getString("wake_id"))
              .put("generation", wake.getInteger("generation"))
              .put("done", true)
              .encode();
      HttpResponse<String> back =
          other.post(
              ONE + "/callback",
              ack,
              "Authorization",
              "Bearer " + wake.getString("callback_token"));
      assertEquals("{\"ok\":true,\"next_wake\":true}", back.body());
      Awaitility.await().until(() -> wakes.size() == 2);
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  void outage_isAnsweredAsSuch_andForgetsNothing(@TempDir Path data) throws Exception {
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(data);
    EmbeddedRedis redis = EmbeddedRedis.start(options);
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      assertEquals(201, node.put(STREAMS + "/w", "[]").statusCode());
      assertEquals(201, node.put(ONE, PULL).statusCode());
      int port = redis.port();
      redis.close();
      for (HttpResponse<String> answer :
          List.of(
              node.get(ONE),
              node.put(ONE, PULL),
              node.get(STREAMS + "/__ds/jwks.json"),
              node.post(ONE + "/claim", "{\"worker\":\"w1\"}"),
              node.post(
                  ONE + "/ack",
                  "{\"wake_id\":\"x\",\"generation\":1}",
                  "Authorization",
                  "Bearer x"),
              node.delete(ONE))) {
        assertEquals(503, answer.statusCode(), answer::body);
      }
      redis = EmbeddedRedis.start(options.withPort(port));
      Awaitility.await().until(() -> node.get(ONE).statusCode() == 200);
      assertEquals(201, node.put(STREAMS + "/e/a", "[1]").statusCode());
      Awaitility.await()
          .until(() -> node.get(STREAMS + "/w").body().contains("\"subscription_id\":\"s1\""));
    } finally {
      redis.close();
    }
  }
}
