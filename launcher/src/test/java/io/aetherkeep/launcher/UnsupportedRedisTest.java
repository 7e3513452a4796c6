package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsSource;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An unsupported Redis ends the start with a message. */
class UnsupportedRedisTest {

  /** Answers like a server of an old version. */
  private static void serveOld(NetSocket socket) {
    List<String> words = new ArrayList<>();
    int[] expected = new int[1];
    RecordParser lines =
        RecordParser.newDelimited(
            "\r\n",
            line -> {
              String text = line.toString();
              if (text.startsWith("*")) {
                expected[0] = Integer.parseInt(text.substring(1));
                words.clear();
              } else if (!text.startsWith("$")) {
                words.add(text);
                if (words.size() == expected[0]) {
                  socket.write(answer(words.get(0).toUpperCase(Locale.ROOT)));
                }
              }
            });
    socket.handler(lines);
  }

  private static String answer(String command) {
    String info = "# Server\r\nredis_version:5.0.14\r\nredis_mode:standalone\r\n";
    return switch (command) {
      case "PING" -> "+PONG\r\n";
      case "INFO" -> "$" + info.length() + "\r\n" + info + "\r\n";
      case "HELLO" -> "-ERR unknown command `HELLO`\r\n";
      default -> "+OK\r\n";
    };
  }

  private static String refusal(int port) {
    Map<String, String> environment = new HashMap<>(RunningNode.PATIENCE);
    environment.put("AETHERKEEP_HTTP_PORT", "0");
    environment.put("AETHERKEEP_REDIS_URL", "redis://127.0.0.1:" + port);
    Settings settings = Settings.of(SettingsSource.of(null, environment));
    return String.valueOf(
        assertThrows(StartException.class, () -> Aetherkeep.start(settings)).getMessage());
  }

  @Test
  void anOldRedis_isRefused() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      int port =
          vertx
              .createNetServer()
              .connectHandler(UnsupportedRedisTest::serveOld)
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS)
              .actualPort();
      String why = refusal(port);
      assertTrue(why.contains("Redis 5.0.14 is too old: Aetherkeep needs 6.2 or newer"), () -> why);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aNodeOfACluster_isRefused() {
    EmbeddedRedis redis =
        EmbeddedRedis.start(EmbeddedRedis.options().withArguments("--cluster-enabled", "yes"));
    try {
      String why = refusal(redis.port());
      assertTrue(why.contains("cluster mode"), () -> why);
    } finally {
      redis.close();
    }
  }
}
