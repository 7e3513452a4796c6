package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Revoking a key by the command closes what is open with it on a running node. */
@ExtendWith(RedisExtension.class)
class RevocationTest {

  private static final String API = "/api/v1/aethercast";

  @Test
  void whatIsOpen_endsWithItsKey(RedisServer redis, @TempDir Path directory) throws Exception {
    KeysOfNode keys = new KeysOfNode(directory.resolve("keys.json"));
    String[] stays = {"X-API-Key", keys.add("read,write")};
    String[] ends = {"X-API-Key", keys.add("read,write")};
    Map<String, String> environment = keys.settings(redis);
    try (RunningNode node = RunningNode.start(environment)) {
      node.put(API + "/status/crawl/c1", "{\"status\":\"running\"}", stays);
      node.post(API + "/sessions", "{\"id\":\"s1\"}", stays);
      try (EventStream going = EventStream.open(node.url() + API + "/status/crawl/c1", stays);
          EventStream ending = EventStream.open(node.url() + API + "/status/crawl/c1", ends);
          LiveSocket socket = LiveSocket.open(node.url(), "?ticket=" + ticket(node, ends));
          LiveSocket other = LiveSocket.open(node.url(), "?ticket=" + ticket(node, stays))) {
        assertEquals("status", going.next().name());
        assertEquals("status", ending.next().name());
        assertTrue(socket.ask("hello").containsKey("ok"));
        assertTrue(other.ask("hello").containsKey("ok"));

        keys.revoke(ends[1]);

        EventStream.Event last = ending.next();
        assertEquals("gone", last.name());
        assertEquals("{\"code\":\"bad-credentials\"}", last.data());
        assertEquals("end", ending.next().name());
        assertEquals("4004 credential-expired", socket.closed());
        // Each event loop reads the file by itself.
        Awaitility.await()
            .until(() -> node.get(API + "/status/crawl/c1", ends).statusCode() == 401);
        assertTrue(other.ask("ping").containsKey("ok"));
        node.put(API + "/status/crawl/c1", "{\"status\":\"completed\"}", stays);
        assertEquals("{\"status\":\"completed\"}", going.next().data());
      }
    }
  }

  @Test
  void aSocketOfAKeyThatLosesAScope_isClosed_andComesBackWithTheRest(
      RedisServer redis, @TempDir Path directory) throws Exception {
    KeysOfNode keys = new KeysOfNode(directory.resolve("keys.json"));
    String[] stays = {"X-API-Key", keys.add("read,write")};
    String[] loses = {"X-API-Key", keys.add("read,write")};
    try (RunningNode node = RunningNode.start(keys.settings(redis))) {
      node.post(API + "/sessions", "{\"id\":\"s1\"}", stays);
      try (LiveSocket socket = LiveSocket.with(node.url(), "aethercast", loses);
          LiveSocket byTicket = LiveSocket.open(node.url(), "?ticket=" + ticket(node, loses));
          LiveSocket other = LiveSocket.with(node.url(), "aethercast", stays)) {
        assertTrue(socket.ask("hello", "session", "s1").containsKey("ok"));
        assertTrue(byTicket.ask("hello").containsKey("ok"));
        assertTrue(other.ask("hello", "session", "s1").containsKey("ok"));

        keys.restrict(loses[1], "read");

        assertEquals("4004 credential-expired", socket.closed());
        assertEquals("4004 credential-expired", byTicket.closed());
        assertTrue(other.ask("ping").containsKey("ok"));
        Awaitility.await()
            .until(
                () ->
                    node.post(API + "/sessions/s1/touch", "", loses).statusCode() == 403
                        && node.get(API + "/sessions/s1", loses).statusCode() == 200);
      }
    }
  }

  private static String ticket(RunningNode node, String... credential) throws Exception {
    String ticket = node.post(API + "/sessions/s1/ticket", "", credential).body();
    return new JsonObject(ticket).getString("ticket");
  }
}
