package io.aetherkeep.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedRedis.Options;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedRedisTest {
  private final Path directory;
  private final Options kept;

  EmbeddedRedisTest(@TempDir Path directory) {
    this.directory = directory;
    this.kept = EmbeddedRedis.options().withDataDirectory(directory.resolve("data"));
  }

  @Test
  void start_answersAndTellsOfItself() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      assertEquals("PONG", Resp.ask(redis, "PING"));
      assertEquals("redis://127.0.0.1:" + redis.port(), redis.url());
      assertEquals("7.0.15", redis.version());
      assertEquals(Optional.empty(), redis.dataDirectory());
      assertTrue(ProcessHandle.of(redis.pid()).orElseThrow().isAlive());
    }
  }

  @Test
  void use_asksForAPasswordThatNoOtherUserCanRead() throws IOException {
    String url;
    try (EmbeddedRedis redis = EmbeddedRedis.start(kept.withUse())) {
      url = redis.url();
      String refused =
          assertThrows(
                  EmbeddedRedisException.class, () -> InlineCommand.send(redis.port(), "GET a"))
              .getMessage();
      assertTrue(refused.contains("NOAUTH"), refused);
      Path directory = redis.dataDirectory().orElseThrow();
      String password = Files.readString(directory.resolve("password")).strip();
      assertEquals("redis://:" + password + "@127.0.0.1:" + redis.port(), url);
      assertEquals("redis://127.0.0.1:" + redis.port(), redis.address());
      assertEquals("PONG", InlineCommand.send(redis.port(), "AUTH " + password, "PING"));
      assertEquals("rwx------", permissions(directory));
      assertEquals("rw-------", permissions(directory.resolve("password")));
      assertEquals("rw-------", permissions(directory.resolve("redis.conf")));
      ProcessHandle process = ProcessHandle.of(redis.pid()).orElseThrow();
      assertFalse(process.info().toString().contains(password));
      assertFalse(process.parent().orElseThrow().info().toString().contains(password));
    }
    try (EmbeddedRedis again = EmbeddedRedis.start(kept.withUse())) {
      assertEquals(url.replaceFirst("@.*", ""), again.url().replaceFirst("@.*", ""));
    }
  }

  @Test
  void use_leavesAForeignPasswordFileToNobody() throws IOException {
    Path directory = kept.dataDirectory().orElseThrow();
    Files.createDirectories(directory);
    Path file = Files.writeString(directory.resolve("password"), "guessed");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    try (EmbeddedRedis redis = EmbeddedRedis.start(kept.withUse())) {
      assertFalse(redis.url().contains("guessed"));
      assertEquals("rw-------", permissions(file));
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void start_withoutADirectoryLeavesNothingBehind() {
    Path scratch;
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      scratch = Path.of(Resp.ask(redis, "CONFIG GET dir"));
      assertTrue(Files.isDirectory(scratch));
      assertEquals("OK", Resp.ask(redis, "SAVE"));
    }
    assertFalse(Files.exists(scratch));
  }

  @Test
  void close_keepsTheData() throws IOException {
    int port;
    try (EmbeddedRedis redis = EmbeddedRedis.start(kept)) {
      port = redis.port();
      assertEquals("OK", Resp.ask(redis, "SET key kept"));
    }
    try (EmbeddedRedis redis = EmbeddedRedis.start(kept.withPort(port))) {
      assertEquals("kept", Resp.ask(redis, "GET key"));
      assertEquals(Optional.of(directory.toRealPath().resolve("data")), redis.dataDirectory());
    }
  }

  @Test
  void start_waitsForItsData() throws IOException {
    Options snapshots = kept.withPatience(Duration.ofDays(1));
    try (EmbeddedRedis redis = EmbeddedRedis.start(snapshots.withArguments("--appendonly", "no"))) {
      Resp.ask(redis, "SET key kept");
      assertEquals("OK", Resp.ask(redis, "SAVE"));
    }
    Options slow = snapshots.withArguments("--appendonly", "no", "--key-load-delay", "1000000");
    assertEquals(
        "redis-server did not start: not ready within 0 s",
        failure(slow.withPatience(Duration.ofMillis(1))).lines().findFirst().orElseThrow());
    try (EmbeddedRedis redis = EmbeddedRedis.start(slow)) {
      assertEquals("kept", Resp.ask(redis, "GET key"));
    }
  }

  @Test
  void close_endsTheProcessAndMayBeRepeated() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.start(kept);
    redis.close();
    redis.close();
    redis.kill();
    assertEquals(0, redis.onExit().get(60, SECONDS));
    assertFalse(ProcessHandle.of(redis.pid()).isPresent());
  }

  @Test
  void close_endsAStoppedProcess() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.start(kept);
    signal("STOP", redis.pid());
    redis.close();
    assertEquals(0, redis.onExit().get(60, SECONDS));
  }

  @Test
  void kill_keepsWhatWasSynced() throws Exception {
    EmbeddedRedis killed = EmbeddedRedis.start(kept.withArguments("--appendfsync", "always"));
    Resp.ask(killed, "SET key kept");
    killed.kill();
    assertEquals(128 + 9, killed.onExit().get(60, SECONDS));
    try (EmbeddedRedis redis = EmbeddedRedis.start(kept.withPort(killed.port()))) {
      assertEquals("kept", Resp.ask(redis, "GET key"));
    }
  }

  @Test
  void onExit_tellsOfAnEndNobodyAskedFor() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(kept)) {
      assertFalse(redis.onExit().isDone());
      signal("KILL", redis.pid());
      assertEquals(128 + 9, redis.onExit().get(60, SECONDS));
    }
  }

  @Test
  void start_refusesADirectoryInUse() {
    try (EmbeddedRedis first = EmbeddedRedis.start(kept)) {
      String expected =
          "%s is in use by another Aetherkeep (process %d)"
              .formatted(first.dataDirectory().orElseThrow(), ProcessHandle.current().pid());
      assertEquals(expected, failure(kept));
      assertEquals(expected, failure(kept));
      assertEquals("PONG", Resp.ask(first, "PING"));
    }
  }

  @Test
  void start_namesAPortInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(Launch.loopback(0));
      assertEquals(
          "port %d of 127.0.0.1 is in use".formatted(taken.getLocalPort()),
          failure(kept.withPort(taken.getLocalPort())));
    }
    EmbeddedRedis.start(kept).close(); // the failure has left the directory free
  }

  @Test
  void start_quotesTheLogOfARedisThatFails() {
    String message = failure(kept.withArguments("--no-such-option", "1"));
    assertTrue(message.startsWith("redis-server did not start: it ended\n"), message);
    assertTrue(message.contains("no-such-option"), message);
  }

  private static String failure(Options options) {
    return String.valueOf(
        assertThrows(EmbeddedRedisException.class, () -> EmbeddedRedis.start(options))
            .getMessage());
  }

  private static void signal(String name, long pid) throws IOException {
    new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid).start().onExit().join();
  }
}
