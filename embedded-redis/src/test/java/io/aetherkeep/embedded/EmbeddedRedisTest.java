package io.aetherkeep.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An embedded Redis is a real one, keeps its data, and never outlives its JVM. */
class EmbeddedRedisTest {

  @TempDir Path directory;

  @Test
  void start_answersAndSaysWhatItIs() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options())) {
      assertEquals("+PONG", Ping.say(redis.port(), "PING"));
      assertEquals("redis://127.0.0.1:" + redis.port(), redis.url());
      assertTrue(redis.version().matches("[0-9]+\\.[0-9]+\\.[0-9]+.*"), redis.version());
    }
  }

  @Test
  void close_leavesNoProcessAndNoFile() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
    ProcessHandle server = ProcessHandle.of(redis.pid()).orElseThrow();
    redis.close();
    redis.close();
    assertFalse(server.isAlive());
    redis.onExit().get(10, TimeUnit.SECONDS);
  }

  @Test
  void close_keepsTheData() {
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(directory);
    try (EmbeddedRedis redis = EmbeddedRedis.start(options)) {
      assertEquals("+OK", Ping.say(redis.port(), "SET a 1"));
    }
    try (EmbeddedRedis redis = EmbeddedRedis.start(options)) {
      assertEquals("$1\r\n1", Ping.say(redis.port(), "GET a"));
    }
  }

  @Test
  void kill_losesNothingThatWasWrittenToDisk() {
    EmbeddedRedis.Options options =
        EmbeddedRedis.options()
            .withDataDirectory(directory)
            .withArguments("--appendfsync", "always");
    EmbeddedRedis crashing = EmbeddedRedis.start(options);
    assertEquals("+OK", Ping.say(crashing.port(), "SET a 1"));
    crashing.kill();
    try (EmbeddedRedis redis = EmbeddedRedis.start(options)) {
      assertEquals("$1\r\n1", Ping.say(redis.port(), "GET a"));
    }
  }

  @Test
  void aKilledJvmTakesItsServerAlongAndKeepsTheData() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String[] said;
    try (BufferedReader out = holder.inputReader(StandardCharsets.UTF_8)) {
      said = out.readLine().split(" ", -1);
      assertEquals("+OK", Ping.say(Integer.parseInt(said[0]), "SET a 1"));
      ProcessHandle server = ProcessHandle.of(Long.parseLong(said[1])).orElseThrow();
      holder.destroyForcibly();
      server.onExit().get(20, TimeUnit.SECONDS);
    }
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(directory);
    try (EmbeddedRedis redis = EmbeddedRedis.start(options)) {
      assertEquals("$1\r\n1", Ping.say(redis.port(), "GET a"));
    }
  }

  @Test
  void start_refusesADirectoryInUse() {
    EmbeddedRedis.Options options = EmbeddedRedis.options().withDataDirectory(directory);
    try (EmbeddedRedis first = EmbeddedRedis.start(options)) {
      EmbeddedRedisException refusal =
          assertThrows(EmbeddedRedisException.class, () -> EmbeddedRedis.start(options));
      assertTrue(refusal.getMessage().contains("in use"), refusal.getMessage());
      assertEquals("+PONG", Ping.say(first.port(), "PING"));
    }
  }

  @Test
  void start_namesAPortThatIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EmbeddedRedis.Options options = EmbeddedRedis.options().withPort(taken.getLocalPort());
      EmbeddedRedisException refusal =
          assertThrows(EmbeddedRedisException.class, () -> EmbeddedRedis.start(options));
      assertTrue(
          refusal.getMessage().contains("port " + taken.getLocalPort()), refusal.getMessage());
    }
  }

  @Test
  void start_namesABinaryThatIsNone() throws IOException {
    Path none = Files.writeString(directory.resolve("none"), "");
    System.setProperty("aetherkeep.redis.binary", none.toString());
    try {
      EmbeddedRedisException refusal =
          assertThrows(
              EmbeddedRedisException.class, () -> EmbeddedRedis.start(EmbeddedRedis.options()));
      assertTrue(refusal.getMessage().contains(none.toString()), refusal.getMessage());
    } finally {
      System.clearProperty("aetherkeep.redis.binary");
    }
  }

  @Test
  void locate_unpacksOnce() {
    assertEquals(List.of(RedisBinary.locate()), List.of(RedisBinary.locate()));
  }
}
