package io.aetherkeep.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.embedded.EmbeddedRedis.Options;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a JVM with an embedded Redis, observed from outside. */
@Timeout(60)
class OwnerJvmTest {
  private final Path directory;
  private final Options kept;

  OwnerJvmTest(@TempDir Path directory) {
    this.directory = directory;
    this.kept = EmbeddedRedis.options().withDataDirectory(directory);
  }

  @Test
  void killed_takesItsRedisDownAndKeepsTheData() throws Exception {
    try (OwnerJvm owner = OwnerJvm.start(directory)) {
      ProcessHandle redis = ProcessHandle.of(owner.redis).orElseThrow();
      Resp.ask(owner.port, "SET key kept");
      owner.kill();
      redis.onExit().get(60, SECONDS);
    }
    try (EmbeddedRedis redis = EmbeddedRedis.start(kept)) {
      assertEquals("kept", Resp.ask(redis, "GET key"));
    }
  }

  /** The server is kept busy, so that it outlives its JVM. */
  @Test
  void killed_isSucceededOnceItsRedisIsDone() throws Exception {
    try (OwnerJvm owner = OwnerJvm.start(directory)) {
      ProcessHandle previous = ProcessHandle.of(owner.redis).orElseThrow();
      Resp.ask(owner.port, "SET key kept");
      owner.keepRedisBusy();
      owner.kill();
      try (EmbeddedRedis redis = EmbeddedRedis.start(kept.withPort(owner.port))) {
        assertFalse(previous.isAlive());
        assertEquals("kept", Resp.ask(redis, "GET key"));
      }
    }
  }

  @Test
  void aLivingOwner_isNamedToOtherUsersOfItsDirectory() throws Exception {
    try (OwnerJvm owner = OwnerJvm.start(directory)) {
      String message =
          assertThrows(EmbeddedRedisException.class, () -> EmbeddedRedis.start(kept)).getMessage();
      assertEquals(
          "%s is in use by another Aetherkeep (process %d)"
              .formatted(directory.toRealPath(), owner.pid()),
          message);
    }
  }

  @Test
  void interrupted_hasItsRedisUntilItClosesIt() throws Exception {
    try (OwnerJvm owner = OwnerJvm.start(directory)) {
      owner.interruptGroup();
      owner.release();
      assertEquals("while ending: PONG", owner.line());
      assertEquals("ended", owner.line());
    }
  }
}
