package io.aetherkeep.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisBinaryTest {
  @AfterEach
  void choose_nothing() {
    System.clearProperty(RedisBinary.PROPERTY);
  }

  @Test
  void locate_prefersTheProgramThatTheUserNames() {
    Path carried = RedisBinary.locate();
    System.setProperty(RedisBinary.PROPERTY, "/bin/sh");
    assertEquals(Path.of("/bin/sh"), RedisBinary.locate());
    System.clearProperty(RedisBinary.PROPERTY);
    assertEquals(carried, RedisBinary.locate());
  }

  @ParameterizedTest
  @CsvSource({"/no/such/program", "/tmp", "/etc/passwd"})
  void locate_refusesWhatIsNoProgram(String path) {
    System.setProperty(RedisBinary.PROPERTY, path);
    assertEquals(
        "-Daetherkeep.redis.binary=%s is not a program that can be run".formatted(path),
        assertThrows(EmbeddedRedisException.class, RedisBinary::locate).getMessage());
  }

  @Test
  void carried_saysWhatToDoWhereThereIsNone() {
    assertEquals(
        "no redis-server is carried for windows 11-amd64: set AETHERKEEP_REDIS_URL to a Redis of"
            + " yours, or -Daetherkeep.redis.binary=/path/to/redis-server",
        assertThrows(EmbeddedRedisException.class, () -> RedisBinary.carried("windows 11-amd64"))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-amd64",
    "Linux, aarch64, linux-arm64",
    "Mac OS X, x86_64, darwin-amd64",
    "Mac OS X, aarch64, darwin-arm64",
    "Linux, i386, linux-386",
  })
  void platform_isNamedLikeTheResources(String os, String architecture, String platform) {
    assertEquals(platform, RedisBinary.platform(os, architecture));
  }
}
