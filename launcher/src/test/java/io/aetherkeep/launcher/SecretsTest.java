package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.aetherkeep.router.access.KeyFile;
import io.aetherkeep.router.access.identity.ApiKey;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A node with credentials: no secret is in its answers, failures and logs. */
@ExtendWith(RedisExtension.class)
class SecretsTest {

  private static final String SESSION = "session-id-that-opens-doors";

  @TempDir Path directory;

  /** Records all log lines, including stack traces. */
  private static final class Heard extends AppenderBase<ILoggingEvent> {
    final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLoggerName().startsWith("jdk.")) {
        return; // the client of this test
      }
      lines.add(
          event.getFormattedMessage()
              + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage()));
    }
  }

  private ApiKey.Fresh key(Path file) throws Exception {
    ApiKey.Fresh key =
        ApiKey.make("test", List.of("*"), List.of(Scope.values()), Instant.now(), null);
    new KeyFile(List.of(key.stored())).write(file);
    return key;
  }

  @Test
  void sessionIdsAndKeys_areInNoLogMetricOrError(RedisServer redis) throws Exception {
    Path file = directory.resolve("keys.json");
    String key = key(file).key();
    Heard heard = new Heard();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    root.addAppender(heard);
    root.setLevel(Level.DEBUG);
    heard.start();
    List<String> said = new ArrayList<>();
    try (RunningNode node =
        RunningNode.start(
            Map.of(
                "AETHERKEEP_REDIS_URL",
                redis.url(),
                "AETHERKEEP_HTTP_ACCESS_LOG",
                "all",
                "AETHERKEEP_HTTP_HOST",
                "0.0.0.0",
                "AETHERKEEP_ACCESS_KEYS_FILE",
                file.toString()))) {
      assertTrue(node.node().banner().toString().contains("API keys of"));
      drive(node, key, said);
    } finally {
      root.detachAppender(heard);
      root.setLevel(before);
    }
    assertTrue(heard.lines.size() > 20, "" + heard.lines.size());
    String secret = key.substring(15);
    for (String line : heard.lines) {
      assertFalse(line.contains(SESSION) || line.contains(secret), line);
    }
    for (String answer : said) {
      assertFalse(answer.contains(SESSION) || answer.contains(secret), answer);
    }
  }

  private static void drive(RunningNode node, String key, List<String> said) throws Exception {
    String sessions = "/api/v1/aethercast/sessions";
    String one = sessions + "/" + SESSION;
    String[] me = {"Authorization", "Bearer " + key};
    assertEquals(
        201, node.post(sessions, "{\"id\":\"" + SESSION + "\",\"userId\":\"u\"}", me).statusCode());
    assertEquals(200, node.get(one, me).statusCode());
    failed(409, node.post(sessions, "{\"id\":\"" + SESSION + "\"}", me), said);
    failed(401, node.get(one), said);
    failed(401, node.get(one, "X-API-Key", key + "x"), said);
    failed(400, node.get(one + "?touch=" + SESSION, me), said);
    failed(422, node.patch(one, "{\"" + SESSION + "\":", me), said, 400);
    failed(412, node.patch(one, "{}", "X-API-Key", key, "If-Match", "\"" + SESSION + "\""), said);
    failed(404, node.get(one + "/history", me), said);
    failed(404, node.get(sessions + "/" + SESSION + "x/nothing", me), said);
    failed(404, node.get("/api/v1/nowhere/sessions/" + SESSION, me), said);
    failed(405, node.post(one, "{}", me), said);
    node.delete("/metrics");
    said.add(node.get("/metrics", me).body());
    said.add(node.get("/health/redis", me).body());
  }

  private static void failed(
      int status, HttpResponse<String> answer, List<String> said, int... others) {
    boolean other = others.length > 0 && answer.statusCode() == others[0];
    assertTrue(answer.statusCode() == status || other, answer::body);
    assertTrue(answer.body().contains("\"code\":"), answer::body);
    said.add(answer.body());
    said.add(answer.headers().toString());
  }
}
