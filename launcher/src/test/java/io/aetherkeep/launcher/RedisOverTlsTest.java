package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.embedded.EmbeddedSentinel;
import io.aetherkeep.testing.Certificate;
import io.aetherkeep.testing.ForeignClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis over TLS, with a user of minimal permissions. */
class RedisOverTlsTest {

  /** The user's permissions as documented in docs/security.md. */
  static final Object[] USER = {
    "ACL",
    "SETUSER",
    "aetherkeep",
    "on",
    ">p@ss/w+rd",
    "~*",
    "&*",
    "+@all",
    "-@dangerous",
    "+restore",
    "+info",
    "+role",
    "+slowlog|get",
    "+config|get"
  };

  @TempDir Path directory;

  private static int freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return free.getLocalPort();
    }
  }

  private static EmbeddedRedis redis(Certificate certificate, int tlsPort) {
    EmbeddedRedis redis =
        EmbeddedRedis.start(
            EmbeddedRedis.options()
                .withArguments(
                    "--tls-port", "" + tlsPort,
                    "--tls-cert-file", certificate.chain().toString(),
                    "--tls-key-file", certificate.key().toString(),
                    "--tls-ca-cert-file", certificate.chain().toString(),
                    "--tls-auth-clients", "no"));
    try (ForeignClient client = new ForeignClient(redis.port())) {
      client.send(USER);
    }
    return redis;
  }

  private static RunningNode node(String user, int port, String authority) {
    return RunningNode.start(
        Map.of(
            "AETHERKEEP_REDIS_URL",
            "rediss://" + user + "localhost:" + port,
            "AETHERKEEP_REDIS_CONNECT_TIMEOUT",
            "5s",
            "AETHERKEEP_REDIS_TIMEOUT",
            "5s",
            "AETHERKEEP_REDIS_CA_FILE",
            authority));
  }

  private static String code(RunningNode node) throws Exception {
    HttpResponse<String> answer = node.get("/api/v1/aethercast/caches/topic/t1");
    return answer.statusCode() + answer.body().replaceAll(".*\"code\":\"([^\"]*)\".*", " $1");
  }

  @Test
  void everything_worksForAUserWithoutDangerousCommands() throws Exception {
    Certificate certificate = Certificate.make(directory, "dns:localhost");
    int port = freePort();
    try (EmbeddedRedis redis = redis(certificate, port);
        RunningNode node =
            node("aetherkeep:p%40ss%2Fw%2Brd@", port, certificate.chain().toString())) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> node.get("/health/ready").statusCode() == 200);
      String council = "/api/v1/council/sessions";
      assertEquals(201, node.post(council, "{\"id\":\"s1\",\"userId\":\"u1\"}").statusCode());
      assertEquals(
          201,
          node.post(council + "/s1/history", "{\"role\":\"user\",\"content\":\"hello\"}")
              .statusCode());
      assertEquals(
          201,
          node.put("/api/v1/aethercast/caches/topic/t1", "{}", "Cache-Tags", "a").statusCode());
      assertEquals(
          200,
          node.post(
                  "/api/v1/aethercast/caches/invalidate",
                  "{\"keyspace\":\"topic\",\"pattern\":\"*\"}")
              .statusCode());
      assertEquals(
          201,
          node.put("/api/v1/aethercast/status/podcast/p1", "{\"status\":\"queued\"}").statusCode());
      assertEquals(200, node.get("/api/v1/council/sessions").statusCode());
      HttpResponse<String> test = node.post("/health/redis/selftest", "");
      assertEquals(200, test.statusCode(), test::body);
      assertEquals(200, node.get("/health/redis").statusCode());
      try (ForeignClient client = new ForeignClient(redis.port())) {
        assertEquals(List.of(), client.send("ACL", "LOG"));
      }
    }
  }

  @Test
  void sentinels_areAskedOverTlsToo_byTheirOwnPassword() throws Exception {
    Certificate certificate = Certificate.make(directory, "ip:127.0.0.1");
    int port = freePort();
    int asked = freePort();
    EmbeddedSentinel.Watch watch =
        new EmbeddedSentinel.Watch(
            "mymaster",
            port,
            1,
            Duration.ofSeconds(30),
            List.of(
                "tls-port " + asked,
                "tls-cert-file " + certificate.chain(),
                "tls-key-file " + certificate.key(),
                "tls-ca-cert-file " + certificate.chain(),
                "tls-auth-clients no",
                "tls-replication yes",
                "requirepass s3cr@t"));
    try (EmbeddedRedis redis = redis(certificate, port);
        EmbeddedSentinel sentinel = EmbeddedSentinel.start(watch);
        RunningNode node =
            RunningNode.start(
                Map.of(
                    "AETHERKEEP_REDIS_URL",
                    "rediss://aetherkeep:p%40ss%2Fw%2Brd@nobody.invalid",
                    "AETHERKEEP_REDIS_SENTINELS",
                    "127.0.0.1:" + asked,
                    "AETHERKEEP_REDIS_SENTINEL_PASSWORD",
                    "s3cr@t",
                    "AETHERKEEP_REDIS_CONNECT_TIMEOUT",
                    "5s",
                    "AETHERKEEP_REDIS_CA_FILE",
                    certificate.chain().toString()))) {
      assertTrue(redis.port() > 0 && sentinel.port() > 0);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> node.get("/health/ready").statusCode() == 200);
      assertTrue(node.get("/health/redis").body().contains("rediss://127.0.0.1:" + port + "/0"));
    }
  }

  @Test
  void anotherHostsCertificate_isNotTrusted() throws Exception {
    Certificate certificate = Certificate.make(directory, "dns:elsewhere.example");
    int port = freePort();
    try (EmbeddedRedis redis = redis(certificate, port);
        RunningNode node =
            node("aetherkeep:p%40ss%2Fw%2Brd@", port, certificate.chain().toString())) {
      assertTrue(redis.port() > 0);
      assertEquals("503 redis-unavailable", code(node));
    }
  }

  @Test
  void aStrangersCertificate_isNotTrusted_norAWrongPassword() throws Exception {
    Certificate certificate = Certificate.make(directory, "dns:localhost");
    int port = freePort();
    try (EmbeddedRedis redis = redis(certificate, port);
        RunningNode trusting = node("aetherkeep:wrong@", port, certificate.chain().toString());
        RunningNode usual = node("aetherkeep:p%40ss%2Fw%2Brd@", port, "")) {
      assertTrue(redis.port() > 0);
      assertEquals("503 redis-unavailable", code(usual));
      assertEquals("503 redis-unavailable", code(trusting));
    }
  }
}
