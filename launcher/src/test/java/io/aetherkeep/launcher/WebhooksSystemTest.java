package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.testing.ClusterLane;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every event reaches the receiver of a webhook, even if a node dies. */
@ExtendWith(RedisExtension.class)
class WebhooksSystemTest {

  private static final String API = "/api/v1/aethercast";
  private static final boolean ON_CLUSTER =
      "cluster".equals(System.getProperty("aetherkeep.redis.topology"));
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> ALL =
      List.of(
          "status-changed",
          "session-opened",
          "session-ended",
          "session-expired",
          "playback-changed",
          "presence-offline",
          "config-changed",
          "provider-health-changed",
          "cache-invalidated");

  private final Vertx vertx = Vertx.vertx();
  private final List<JsonObject> received = new CopyOnWriteArrayList<>();
  private final List<JsonObject> messages = new CopyOnWriteArrayList<>();
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile boolean hangs;
  private int port;

  @BeforeEach
  void receive() throws Exception {
    port =
        vertx
            .createHttpServer()
            .requestHandler(this::take)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS)
            .actualPort();
  }

  private void take(HttpServerRequest request) {
    if (hangs) {
      unanswered.incrementAndGet();
      return;
    }
    request
        .body()
        .onSuccess(
            body -> {
              JsonObject headers = new JsonObject();
              request.headers().forEach(header -> headers.put(header.getKey(), header.getValue()));
              messages.add(new JsonObject().put("headers", headers).put("body", body.toString()));
              received.add(body.toJsonObject());
              request.response().setStatusCode(204).end();
            });
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private static Map<String, String> settings(RedisServer server) {
    return new HashMap<>(
        Map.of(
            "AETHERKEEP_REDIS_URL", server.url(),
            "AETHERKEEP_WEBHOOKS_ALLOW_NETWORKS", "127.0.0.0/8",
            "AETHERKEEP_WEBHOOKS_TIMEOUT", "2s",
            "AETHERKEEP_WEBHOOKS_FIRST_RETRY", "50ms"));
  }

  private JsonObject create(RunningNode node, int at, List<String> events) throws Exception {
    String webhook = webhook(at, events).encode();
    return new JsonObject(node.post(API + "/webhooks", webhook).body());
  }

  private static JsonObject webhook(int at, List<String> events) {
    return new JsonObject()
        .put("url", "http://127.0.0.1:" + at + "/hook")
        .put("events", new JsonArray(events));
  }

  private List<JsonObject> of(String type) {
    return received.stream().filter(one -> one.getString("type").equals(type)).toList();
  }

  private Set<String> types() {
    return received.stream().map(one -> one.getString("type")).collect(Collectors.toSet());
  }

  /** Both at once, where they are not in different slots. */
  private static void changeRatesAndSizes(RunningNode node) throws Exception {
    if (ON_CLUSTER) {
      node.put(API + "/configs/rates", "2");
      node.put(API + "/configs/sizes", "1");
    } else {
      node.post(
          API + "/configs",
          "{\"configs\": [{\"name\": \"rates\", \"value\": 2}, {\"name\": \"sizes\", \"value\":"
              + " 1}]}");
    }
  }

  /** The due list is one key on a server, and has parts on a cluster. */
  private static void makeDue(ForeignClient redis, String session) {
    List<?> page =
        (List<?>) redis.send("SCAN", 0, "MATCH", "index:playbacks-due*", "COUNT", 10_000);
    for (Object key : (List<?>) page.get(1)) {
      redis.send("ZADD", key, "XX", 1, session);
    }
  }

  @Test
  void everyEvent_isDelivered(RedisServer server) throws Exception {
    try (RunningNode node = RunningNode.start(settings(server));
        ForeignClient redis = server.foreign(0)) {
      String webhook = API + "/webhooks/" + create(node, port, ALL).getString("id");
      node.put(API + "/status/podcast/p1", "{\"status\": \"queued\"}");
      node.put(API + "/configs/rates", "{\"a\": 1}");
      changeRatesAndSizes(node);
      node.post(API + "/providers/openai/disable", "{\"reason\": \"by hand\"}");
      node.put(API + "/caches/topic/t1", "{\"topic_id\": \"t1\"}");
      node.post(API + "/caches/invalidate", "{\"keyspace\": \"topic\", \"pattern\": \"t*\"}");
      node.post(API + "/sessions", "{\"id\": \"short\", \"ttlSeconds\": 1}");
      node.post(API + "/sessions", "{\"id\": \"long\", \"userId\": 7}");
      node.put(API + "/sessions/long/playback", "{\"state\": \"playing\", \"podcastId\": \"p1\"}");
      redis.send("ZADD", "connections:{playback:long}", 1, "-");
      makeDue(redis, "long");
      await().atMost(PATIENCE).until(() -> !of("presence-offline").isEmpty());
      node.post(API + "/sessions/long/rotate", "{}");
      await().atMost(PATIENCE).until(() -> types().containsAll(ALL));

      assertEquals(7, of("session-ended").get(0).getJsonObject("data").getInteger("userId"));
      assertEquals("rotated", of("session-ended").get(0).getJsonObject("data").getString("reason"));
      await().atMost(PATIENCE).until(() -> of("session-opened").size() == 3);
      assertEquals(
          List.of("playing", "stopped"),
          of("playback-changed").stream()
              .map(one -> one.getJsonObject("data").getString("state"))
              .toList());
      await().atMost(PATIENCE).until(() -> of("config-changed").size() == 3);
      assertEquals(
          List.of("rates 1", "rates 2", ON_CLUSTER ? "sizes 1" : "sizes 2"),
          of("config-changed").stream()
              .map(one -> one.getJsonObject("data"))
              .map(data -> data.getString("name") + " " + data.getLong("number"))
              .sorted()
              .toList());
      // Version numbers differ from event numbers, which count dropped events.
      await()
          .atMost(PATIENCE)
          .until(() -> new JsonObject(node.get(webhook).body()).getInteger("backlog").equals(0));
      assertEquals(0, new JsonObject(node.get(webhook).body()).getInteger("dropped"));
      JsonObject status = of("status-changed").get(0).getJsonObject("data");
      assertEquals("queued", status.getJsonObject("document").getString("status"));
      assertTrue(
          of("cache-invalidated").stream()
              .anyMatch(one -> "t*".equals(one.getJsonObject("data").getString("pattern"))));
    }
  }

  @Test
  void whatAnotherServiceChanges_isAnnouncedOnce(RedisServer server) throws Exception {
    try (RunningNode one = RunningNode.start(settings(server));
        RunningNode other = RunningNode.start(settings(server));
        ForeignClient redis = server.foreign(0)) {
      // This write may be announced or not: its announcement may come before the webhook or after.
      String first =
          one.put(API + "/configs/rates", "{\"a\": 1}").headers().firstValue("etag").orElseThrow();
      create(one, port, List.of("config-changed", "status-changed"));
      // Both nodes know the webhook once a change of each is delivered.
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                other.put(API + "/configs/other", "{\"a\": " + System.nanoTime() + "}");
                return received.stream().anyMatch(change -> change.encode().contains("other"));
              });
      redis.send("SET", "config:rates", "{\"a\": 2}");
      await().atMost(PATIENCE).until(() -> since(first) == 1);
      redis.send("SET", "cache:podcast_status:p2", "{\"status\": \"queued\"}", "PX", 300000);
      one.get(API + "/status/podcast/p2");
      other.get(API + "/status/podcast/p2");
      one.put(API + "/configs/rates", "{\"a\": 3}");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertEquals(1, of("status-changed").size(), received::toString);
                assertEquals(2, since(first), received::toString);
              });
      await().during(Duration.ofSeconds(2)).until(() -> since(first) == 2);
    }
  }

  /** How many changes of "rates" were announced but the one with this entity tag. */
  private long since(String firstTag) {
    return of("config-changed").stream()
        .map(one -> one.getJsonObject("data"))
        .filter(data -> data.getString("name").equals("rates"))
        .filter(data -> !firstTag.contains(data.getString("version")))
        .count();
  }

  @Test
  void whenTheDeliveringNodeIsKilled_theOtherDelivers(RedisServer server) throws Exception {
    hangs = true;
    Map<String, String> settings = ClusterLane.settings(settings(server));
    try (KilledNode killed = KilledNode.start(settings);
        ForeignClient redis = server.foreign(0)) {
      String webhook = webhook(port, List.of("status-changed")).encode();
      String id = new JsonObject(killed.send("POST", API + "/webhooks", webhook)).getString("id");
      killed.send("PUT", API + "/status/podcast/p1", "{\"status\": \"queued\"}");
      // Only this node runs, and has begun to deliver.
      await().atMost(PATIENCE).until(() -> unanswered.get() > 0);
      String owner = "webhook:{WEBHOOKS}:owner:" + id;
      String first = redis.text("GET", owner);
      try (RunningNode node = RunningNode.start(settings(server))) {
        node.put(API + "/status/podcast/p1", "{\"status\": \"script_generating\"}");
        assertEquals(first, redis.text("GET", owner));
        assertEquals(List.of(), received);
        killed.kill();
        hangs = false;
        await().atMost(PATIENCE).until(() -> received.size() == 2);
        assertEquals(
            List.of("queued", "script_generating"),
            received.stream()
                .map(one -> one.getJsonObject("data").getJsonObject("document").getString("status"))
                .toList());
        assertNotEquals(first, redis.text("GET", owner));
      }
    }
  }

  private static final Path TOOLS = ToolRun.repository().resolve(".ci/contract");

  /** The public library that receivers use, in its version for Node. */
  @Test
  void theLibraryOfStandardWebhooks_verifiesMessages(RedisServer server) throws Exception {
    ToolRun.assumeNode(20);
    assumeTrue(
        Files.isDirectory(TOOLS.resolve("node_modules/standardwebhooks")),
        "skipped: npm has not installed standardwebhooks");
    try (RunningNode node = RunningNode.start(settings(server))) {
      String secret = create(node, port, List.of("status-changed")).getString("secret");
      node.put(
          API + "/status/podcast/p1", "{\"status\": \"queued\", \"title\": \"\u00e9 \u20ac\"}");
      await().atMost(PATIENCE).until(() -> !messages.isEmpty());
      Map<String, String> message = Map.of("SECRET", secret, "MESSAGE", messages.get(0).encode());
      List<String> verify = List.of("node", "verify-webhook.mjs");
      assertEquals("status-changed", ToolRun.run(TOOLS, message, verify).strip());
      Map<String, String> other =
          Map.of("SECRET", secret, "MESSAGE", messages.get(0).put("body", "{}").encode());
      assertEquals(1, ToolRun.finished(TOOLS, other, verify).exit());
    }
  }

  @Test
  void theReceiverOfTheDocumentation_verifiesTheSignature(RedisServer server) throws Exception {
    Matcher block =
        Pattern.compile("```python\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "docs", "webhooks.md")));
    assertTrue(block.find());
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (RunningNode node = RunningNode.start(settings(server))) {
      String secret = create(node, free, List.of("status-changed")).getString("secret");
      ProcessBuilder python = new ProcessBuilder("python3", "-c", block.group(1));
      python.environment().putAll(Map.of("WEBHOOK_SECRET", secret, "PORT", "" + free));
      Process receiver = python.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader out = receiver.inputReader(StandardCharsets.UTF_8)) {
        node.put(API + "/status/podcast/p1", "{\"status\": \"queued\"}");
        assertEquals("status-changed", out.readLine());
      } finally {
        receiver.destroyForcibly();
      }
    }
  }
}
