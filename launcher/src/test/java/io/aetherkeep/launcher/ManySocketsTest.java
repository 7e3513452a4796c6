package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two thousand sockets that watch the same two topics. */
@ExtendWith(RedisExtension.class)
class ManySocketsTest {

  private static final int SOCKETS = 2_000;
  private static final int AT_ONCE = 100;
  private static final String API = "/api/v1/aethercast";

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private final List<WebSocket> open = new ArrayList<>();

  @Test
  void twoThousand_areOneSubscriptionAndOneQuestionATopic(RedisServer server) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (ForeignClient redis = server.foreign(0);
        RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()))) {
      node.put(API + "/status/crawl/c1", "{\"status\":\"running\",\"n\":1}");
      String session = new JsonObject(node.post(API + "/sessions", "{}").body()).getString("id");
      WebSocketClient client =
          vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(SOCKETS));
      for (int i = 0; i < SOCKETS; i += AT_ONCE) {
        openSome(client, node, session);
      }
      assertEquals("[changes:status:0, 1]", redis.text("PUBSUB", "NUMSUB", "changes:status:0"));
      node.put(API + "/status/crawl/c1", "{\"status\":\"running\",\"n\":2}");
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> received.get() == SOCKETS);
      String metrics = node.get("/metrics").body();
      assertEquals(SOCKETS, sum(metrics, "aetherkeep_sockets_open"));
      // Both topics on each event loop that has a socket.
      assertTrue(sum(metrics, "aetherkeep_topics_watched") <= 2L * loops(), metrics);
      assertEquals(204, node.delete(API + "/sessions/" + session).statusCode());
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> sum(node.get("/metrics").body(), "aetherkeep_sockets_open") == 0);
      assertTrue(open.stream().allMatch(socket -> socket.closeStatusCode() == 4500));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private static int loops() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static long sum(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  private void openSome(WebSocketClient client, RunningNode node, String session) throws Exception {
    int before = begun.get();
    List<Future<WebSocket>> some = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      some.add(
          client
              .connect(
                  new WebSocketConnectOptions()
                      .setHost("127.0.0.1")
                      .setPort(URI.create(node.url()).getPort())
                      .setURI(API + "/realtime")
                      .setSubProtocols(List.of("aetherkeep.v1")))
              .onSuccess(socket -> greet(socket, session)));
    }
    for (Future<WebSocket> one : some) {
      open.add(one.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS));
    }
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> begun.get() == before + AT_ONCE);
  }

  private void greet(WebSocket socket, String session) {
    socket.textMessageHandler(
        text -> {
          JsonObject frame = new JsonObject(text);
          if ("hello".equals(frame.getValue("re"))) {
            socket.writeTextMessage("{\"op\":\"watch\",\"topic\":\"status/crawl/c1\"}");
            socket.writeTextMessage("{\"op\":\"watch\",\"topic\":\"listeners/p1\"}");
          } else if ("status".equals(frame.getString("event"))) {
            int n = frame.getJsonObject("data").getInteger("n");
            (n == 1 ? begun : received).incrementAndGet();
          }
        });
    socket.writeTextMessage("{\"op\":\"hello\",\"id\":\"hello\",\"session\":\"" + session + "\"}");
  }
}
