package io.aetherkeep.redis.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers are refused by their INFO. */
class RedisServerCheckTest {

  private static String info(String version, String mode) {
    return "# Server\r\nredis_version:%s\r\nredis_mode:%s\r\nos:Linux\r\n".formatted(version, mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8.19", "5.0.14", "6.0.16", "6.1.240"})
  void anOldServer_isRefusedWithItsVersion(String version) {
    assertEquals(
        "Redis " + version + " is too old: Aetherkeep needs 6.2 or newer",
        RedisServerCheck.problem(info(version, "standalone"), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.2.0", "7.0.15", "8.4.0", "255.255.255"})
  void aNewerServer_isTaken(String version) {
    assertNull(RedisServerCheck.problem(info(version, "standalone"), false));
  }

  @Test
  void aNodeOfACluster_isRefused() {
    String problem = RedisServerCheck.problem(info("7.0.15", "cluster"), false);
    assertTrue(String.valueOf(problem).contains("redis.cluster"), problem);
    assertNull(RedisServerCheck.problem(info("7.0.15", "cluster"), true));
  }

  @Test
  void aNodeOfAValkeyCluster_isRecognised() {
    String info = "# Server\r\nredis_version:7.2.4\r\nserver_mode:cluster\r\n";
    assertNull(RedisServerCheck.problem(info, true));
    assertTrue(String.valueOf(RedisServerCheck.problem(info, false)).contains("redis.cluster"));
  }

  @Test
  void aServerOfItsOwn_isRefusedAsANodeOfACluster() {
    String problem = RedisServerCheck.problem(info("7.0.15", "standalone"), true);
    assertTrue(String.valueOf(problem).contains("redis.url"), problem);
  }

  @Test
  void aServerThatSaysNothing_isTaken() {
    assertNull(RedisServerCheck.problem("", true));
  }
}
