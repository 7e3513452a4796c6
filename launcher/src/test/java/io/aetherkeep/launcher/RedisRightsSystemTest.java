package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.testing.ForeignClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A denied command is named before anything is written, and the documented permissions suffice. */
class RedisRightsSystemTest {

  private static final Path TOP = Path.of("..");
  private static final Pattern CALL = Pattern.compile("redis\\.p?call\\('([A-Za-z]+)'");
  private static final Pattern USER = Pattern.compile("(?m)^ACL SETUSER aetherkeep (.*)$");
  private static final String API = "/api/v1/aethercast";

  private final EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private ForeignClient foreign;

  @BeforeEach
  void connect() {
    foreign = new ForeignClient(redis.port());
  }

  @AfterEach
  void close() {
    foreign.close();
    redis.close();
  }

  private RunningNode node(String user) {
    return RunningNode.start(
        Map.of("AETHERKEEP_REDIS_URL", "redis://" + user + ":secret@127.0.0.1:" + redis.port()));
  }

  private static void assertStatus(int status, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response::body);
  }

  /** Scripts of benchmarks run on a Redis of their own. */
  private static boolean isOfTheNode(Path file) {
    String path = TOP.relativize(file).toString();
    return path.contains("src/main/") && path.endsWith(".lua") && !path.startsWith("bench");
  }

  @Test
  void everyCommandOfAScript_isTried() throws IOException {
    String tried =
        Files.readString(
            TOP.resolve("core/src/main/resources/io/aetherkeep/redis/connection/rights.lua"));
    TreeSet<String> missing = new TreeSet<>();
    try (Stream<Path> files = Files.walk(TOP)) {
      for (Path file : files.filter(f -> isOfTheNode(f)).toList()) {
        Matcher call = CALL.matcher(Files.readString(file));
        while (call.find()) {
          if (!tried.contains("'" + call.group(1) + "'")) {
            missing.add(call.group(1));
          }
        }
      }
    }
    assertEquals(new TreeSet<>(), missing);
  }

  @Test
  void documentedUser_mayAllThatIsNeeded() throws Exception {
    Matcher user = USER.matcher(Files.readString(TOP.resolve("docs/security.md")));
    assertTrue(user.find());
    foreign.send((Object[]) ("ACL SETUSER aetherkeep " + user.group(1)).split(" "));
    try (RunningNode node = node("aetherkeep")) {
      Awaitility.await().untilAsserted(() -> assertStatus(200, node.get("/health/ready")));
      String id =
          new JsonObject(node.post(API + "/sessions", "{\"userId\": \"u\"}").body())
              .getString("id");
      assertStatus(201, node.post(API + "/sessions/" + id + "/rotate", "{}"));
    }
  }

  @Test
  void aDeniedCommand_isNamedByReadinessAndNothingIsWritten() throws Exception {
    foreign.send("ACL", "SETUSER", "poor", "on", ">secret", "~*", "&*", "+@all");
    try (RunningNode node = node("poor")) {
      String stream = API + "/streams/s";
      assertStatus(201, node.put(stream, "[1]"));
      foreign.send("ACL", "SETUSER", "poor", "-hset");
      // The very first one may be aborted halfway.
      HttpResponse<String> first = node.post(stream, "[2]");
      assertStatus(503, first);
      assertTrue(first.body().contains("Redis denies the command HSET"), first::body);
      assertStatus(503, node.put(API + "/status/request/r", "{\"status\": \"pending\"}"));
      assertEquals(0, foreign.number("EXISTS", "request:status:r", "run:{request:status:r}"));

      HttpResponse<String> ready = node.get("/health/ready");
      assertStatus(503, ready);
      assertTrue(ready.body().contains("Redis denies HSET to this user"), ready::body);

      foreign.send("ACL", "SETUSER", "poor", "+hset");
      assertStatus(204, node.post(stream, "[3]"));
      assertEquals("[1,3]", node.get(stream).body());
      Awaitility.await().until(() -> node.get("/health/ready").statusCode() == 200);
    }
  }
}
