package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.Certificate;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(RedisExtension.class)
class HealthCommandTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(Map<String, String> environment, String... arguments) {
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return Main.run(List.of(arguments), environment, print, print, (settings, demo) -> {});
  }

  private static Map<String, String> portOf(String url) {
    return Map.of("AETHERKEEP_HTTP_PORT", String.valueOf(URI.create(url).getPort()));
  }

  @Test
  void runningNode_isUp_andNoneIsDown(RedisServer redis) {
    String url;
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      url = node.url();
      assertEquals(0, run(portOf(url), "health"), out::toString);
      node.node().ready().toCompletionStage().toCompletableFuture().join();
      assertEquals(0, run(portOf(url), "health", "--ready"), out::toString);
      assertTrue(out.toString(StandardCharsets.UTF_8).contains("\"UP\""), out::toString);
    }
    assertEquals(1, run(portOf(url), "health"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("does not answer"), out::toString);
  }

  @Test
  void managementPort_isAsked_overTheNodesOwnCertificate(RedisServer redis, @TempDir Path folder)
      throws Exception {
    Certificate certificate = Certificate.make(folder, "dns:keep.example");
    Map<String, String> environment =
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_MANAGEMENT_PORT", "0");
    try (RunningNode node = RunningNode.overTls(certificate, environment)) {
      String managed = node.node().managementUrl();
      Map<String, String> same = new HashMap<>(environment);
      same.put("AETHERKEEP_HTTP_MANAGEMENT_PORT", String.valueOf(URI.create(managed).getPort()));
      same.put("AETHERKEEP_HTTP_TLS_CERTIFICATE", certificate.chain().toString());
      same.put("AETHERKEEP_HTTP_TLS_KEY", certificate.key().toString());
      assertEquals(0, run(same, "health"), out::toString);
      Certificate another =
          Certificate.make(Files.createDirectory(folder.resolve("another")), "dns:keep.example");
      same.put("AETHERKEEP_HTTP_TLS_CERTIFICATE", another.chain().toString());
      same.put("AETHERKEEP_HTTP_TLS_KEY", another.key().toString());
      assertEquals(1, run(same, "health"), out::toString);
    }
  }

  @Test
  void otherWords_areRefused() {
    assertEquals(2, run(Map.of(), "health", "--now"));
    assertEquals(2, run(Map.of("AETHERKEEP_HTTP_PORT", "0"), "health"));
  }
}
