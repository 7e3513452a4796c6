package io.aetherkeep.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisBinaryTest {
  @TempDir Path directory;

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

  @ParameterizedTest
  @CsvSource({
    "7.0.15, true",
    "7.0.16, true",
    "7.2.4, true",
    "8.0.0, true",
    "10.0.1, true",
    "7.0.9, false",
    "6.2.14, false",
    "'', false"
  })
  void machinesRedis_isPreferredWhereItIsAsNew(String version, boolean preferred) throws Exception {
    Path program = Files.createDirectories(directory.resolve("bin")).resolve("redis-server");
    Files.writeString(program, "#!/bin/sh\necho Redis server v=" + version + " sha=00000000:0\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertEquals(
        preferred ? Optional.of(program) : Optional.empty(),
        InstalledRedis.notOlderThan(
            "7.0.15", "relative::" + directory + ":" + program.getParent()));
  }
}
