package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random cuts of the connection, of publish/subscribe and of the feed, on changing nodes: clients
 * receive all changes in order, or are told of a gap.
 */
@ExtendWith(RedisExtension.class)
class ResumePropertiesTest {

  private static final String API = "/api/v1/aethercast";
  private static final String TOPIC = "status/crawl/c1";
  private static final int CHANGES = 120;

  private List<RunningNode> nodes;
  private LiveSocket socket;
  private String session;
  private String offset;
  private int seen;
  private boolean losses;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatWasSeen_isWhatHappened(long seed, RedisServer server) throws Exception {
    Random random = new Random(seed);
    Map<String, String> settings =
        Map.of("AETHERKEEP_REDIS_URL", server.url(), "AETHERKEEP_HTTP_WATCH_EVERY", "50ms");
    try (RunningNode one = RunningNode.start(settings);
        RunningNode two = RunningNode.start(settings);
        ForeignClient redis = server.foreign(0)) {
      nodes = List.of(one, two);
      session = new JsonObject(one.post(API + "/sessions", "{}").body()).getString("id");
      put(one, 0);
      socket = LiveSocket.of(one.url(), session);
      socket.ask("watch", "topic", TOPIC);
      take(socket.next());
      for (int n = 1; n <= CHANGES; n++) {
        put(nodes.get(random.nextInt(2)), n);
        trouble(random, redis);
      }
      while (seen < CHANGES) {
        take(socket.next());
      }
      socket.close();
    }
  }

  private static void put(RunningNode node, int n) throws Exception {
    String json = "{\"status\":\"running\",\"n\":" + n + "}";
    assertEquals(2, node.put(API + "/" + TOPIC, json).statusCode() / 100);
  }

  private void trouble(Random random, ForeignClient redis) throws Exception {
    switch (random.nextInt(12)) {
      case 0 -> redis.send("CLIENT", "KILL", "TYPE", "pubsub");
      case 1 -> {
        socket.cut();
        resume(nodes.get(random.nextInt(2)));
      }
      case 2 -> take(socket.next());
      case 3 -> {
        if (random.nextInt(4) == 0) {
          redis.send("DEL", "feed:" + TOPIC.replace('/', ':'));
          losses = true;
        }
      }
      default -> {
        // Most of the time there is no fault.
      }
    }
  }

  private void resume(RunningNode node) throws Exception {
    socket = LiveSocket.open(node.url());
    JsonObject offsets = new JsonObject().put(TOPIC, offset);
    JsonObject resume = new JsonObject().put("epoch", "1").put("offsets", offsets);
    JsonObject ok = socket.ask("hello", "session", session, "resume", resume).getJsonObject("ok");
    if (!ok.getJsonObject("recovered").getBoolean(TOPIC)) {
      assertTrue(losses, "nothing was lost");
      jump(socket.next());
    }
  }

  /** Checks a change: it must be the next one, unless it reports a gap. */
  private void take(JsonObject frame) {
    if (Boolean.FALSE.equals(frame.getBoolean("recovered"))) {
      assertTrue(losses, frame::encode);
      jump(frame);
    } else {
      int n = frame.getJsonObject("data").getInteger("n");
      if (offset != null) {
        assertEquals(seen + 1, n);
      }
      note(frame, n);
    }
  }

  private void jump(JsonObject frame) {
    int n = frame.getJsonObject("data").getInteger("n");
    assertTrue(n >= seen, frame::encode);
    note(frame, n);
  }

  private void note(JsonObject frame, int n) {
    seen = n;
    offset = frame.getString("offset");
  }
}
