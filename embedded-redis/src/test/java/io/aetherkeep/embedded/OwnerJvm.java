package io.aetherkeep.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Process with a JVM that owns an embedded Redis, for tests that kill or interrupt it. */
final class OwnerJvm implements AutoCloseable {
  private final Process jvm;
  private final BufferedReader output;
  final long redis;
  final int port;

  private OwnerJvm(Process jvm) throws IOException {
    this.jvm = jvm;
    this.output =
        new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
    this.redis = Long.parseLong(line());
    this.port = Integer.parseInt(line());
  }

  /** Starts the JVM as the leader of a process group, like a terminal's foreground job. */
  static OwnerJvm start(Path dataDirectory) throws IOException {
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            OwnerJvm.class.getName(),
            dataDirectory.toString());
    return new OwnerJvm(
        new ProcessBuilder(new ArrayList<>(Supervisor.inOwnProcessGroup(java)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the JVM has ended");
    }
    return line;
  }

  long pid() {
    return jvm.pid();
  }

  void kill() {
    jvm.destroyForcibly().onExit().join();
  }

  /** Blocks redis-server for a second or two, which outlives its JVM. */
  void keepRedisBusy() {
    String clock = "(redis.call('TIME')[1]+0)";
    Resp.tell(port, "EVAL \"local t=%s+2 while %s<t do end\" 0".formatted(clock, clock));
  }

  /** Sends SIGINT to every process of the group, as Ctrl-C does. */
  void interruptGroup() throws IOException {
    new ProcessBuilder("/bin/sh", "-c", "kill -INT -" + pid()).start().onExit().join();
  }

  /** Ends the JVM if it ignores the interrupt, as some shells make jobs do. */
  void release() throws IOException {
    jvm.getOutputStream().close();
  }

  @Override
  public void close() {
    kill();
  }

  /**
   * Main method of the JVM: reports its Redis, waits for the end of stdin, and pings Redis during
   * shutdown.
   */
  public static void main(String[] arguments) throws IOException {
    EmbeddedRedis redis =
        EmbeddedRedis.start(
            EmbeddedRedis.options()
                .withDataDirectory(Path.of(arguments[0]))
                .withArguments("--appendfsync", "always"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(redis)));
    System.out.println(redis.pid());
    System.out.println(redis.port());
    if (System.in.read() >= 0) {
      throw new IllegalArgumentException("nothing is said on stdin");
    }
  }

  private static void end(EmbeddedRedis redis) {
    try {
      // Redis checks signals ten times a second: it ignores a signal that it survives for half a
      // second.
      Resp.ask(redis, "BLPOP nothing 0.5");
      System.out.println("while ending: " + Resp.ask(redis, "PING"));
    } catch (UncheckedIOException e) {
      System.out.println("while ending: " + e.getMessage());
    }
    redis.close();
    System.out.println("ended");
  }
}
