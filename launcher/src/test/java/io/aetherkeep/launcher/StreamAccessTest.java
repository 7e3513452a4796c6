package io.aetherkeep.launcher;

import static io.aetherkeep.launcher.SessionRequests.assertProblem;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An end user reads and stops streams of the own session only. */
@ExtendWith(RedisExtension.class)
class StreamAccessTest {

  private static final String API = "/api/v1/council";
  private static final String MINE = API + "/streams/mine";
  private static final String THEIRS = API + "/streams/theirs";
  private static final String NOBODYS = API + "/streams/nobodys";
  private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(US_ASCII);

  @Test
  void anEndUser_stopsWhatGoesIntoTheOwnSession_only(RedisServer redis, @TempDir Path directory)
      throws Exception {
    KeysOfNode keys = new KeysOfNode(directory.resolve("keys.json"));
    String[] service = {"X-API-Key", keys.add("read,write")};
    String[] readingService = {"X-API-Key", keys.add("read")};
    Map<String, String> environment =
        Map.of(
            "AETHERKEEP_REDIS_URL",
            redis.url(),
            "AETHERKEEP_ACCESS_KEYS_FILE",
            keys.file().toString(),
            "AETHERKEEP_ACCESS_JWKS_FILE",
            published(directory).toString());
    try (RunningNode node = RunningNode.start(environment)) {
      for (String id : new String[] {"s1", "s2"}) {
        node.post(API + "/sessions", "{\"id\":\"" + id + "\"}", service);
      }
      create(node, MINE, service, "Stream-Session", "s1");
      create(node, THEIRS, service, "Stream-Session", "s2");
      create(node, NOBODYS, service);
      String[] user = {"Authorization", "Bearer " + token("s1", "read write")};

      assertEquals(200, node.get(MINE, user).statusCode());
      assertEquals(200, node.get(NOBODYS, user).statusCode());
      assertProblem(403, "other-session", node.get(THEIRS, user));
      assertProblem(403, "other-session", node.get(THEIRS + "?offset=-1&live=sse", user));
      assertProblem(403, "other-session", node.get(THEIRS + "?offset=-1&live=long-poll", user));
      assertProblem(403, "other-session", node.get(THEIRS + "?watch=stop", user));
      assertProblem(403, "other-session", node.post(THEIRS + "/stop", "", user));
      assertProblem(403, "other-session", node.post(NOBODYS + "/stop", "", user));
      assertEquals(403, node.post(MINE, "{}", user).statusCode());
      String[] readingUser = {"Authorization", "Bearer " + token("s1", "read")};
      assertEquals(200, node.get(MINE, readingUser).statusCode());
      assertProblem(403, "missing-scope", node.post(MINE + "/stop", "", readingUser));
      assertProblem(403, "missing-scope", node.post(MINE + "/stop", "", readingService));
      assertEquals(200, node.post(MINE + "/stop", "{\"reason\":\"mine\"}", user).statusCode());

      byUserOnASocket(node, service);
    }
  }

  private static void byUserOnASocket(RunningNode node, String... service) throws Exception {
    String issued = node.post(API + "/sessions/s2/ticket", "", service).body();
    String ticket = new JsonObject(issued).getString("ticket");
    try (LiveSocket socket = LiveSocket.open(node.url(), "council", "?ticket=" + ticket)) {
      socket.ask("hello");
      assertEquals("other-session", code(socket.ask("watch", "topic", "stream/mine")));
      assertEquals("other-session", code(socket.ask("stop", "topic", "stream/mine")));
      assertEquals("other-session", code(socket.ask("stop", "topic", "stream/nobodys")));
      JsonObject stopped = socket.ask("stop", "topic", "stream/theirs", "reason", "theirs");
      assertEquals("theirs", stopped.getJsonObject("ok").getString("stopped"));
    }
  }

  private static String code(JsonObject answer) {
    return answer.getJsonObject("error").getString("code");
  }

  private static void create(RunningNode node, String path, String[] who, String... more)
      throws Exception {
    String[] headers = java.util.Arrays.copyOf(who, who.length + more.length);
    System.arraycopy(more, 0, headers, who.length, more.length);
    assertEquals(201, node.put(path, "[]", headers).statusCode());
  }

  private static Path published(Path directory) throws Exception {
    JsonObject key =
        new JsonObject()
            .put("kty", "oct")
            .put("kid", "k1")
            .put("alg", "HS256")
            .put("k", base64(SECRET));
    Path file = directory.resolve("jwks.json");
    Files.writeString(
        file, new JsonObject().put("keys", new io.vertx.core.json.JsonArray().add(key)).encode());
    return file;
  }

  /** A token of an end user, as an identity provider signs it. */
  private static String token(String session, String scope) throws Exception {
    String claims =
        new JsonObject()
            .put("space", "council")
            .put("scope", scope)
            .put("session", session)
            .put("exp", Instant.now().getEpochSecond() + 600)
            .encode();
    String signed =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}".getBytes(US_ASCII))
            + "."
            + base64(claims.getBytes(US_ASCII));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
    return signed + "." + base64(mac.doFinal(signed.getBytes(US_ASCII)));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
