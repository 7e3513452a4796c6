package io.aetherkeep.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * Redis server with the locale en_US.UTF-8, in which Lua does not order strings by bytes. The
 * embedded server has only one locale, so this one is the machine's; without it, or without the
 * locale, the test is skipped with a message.
 */
public final class LocaleRedis implements AutoCloseable {

  private static final String LOCALE = "en_US.UTF-8";

  private final Process process;
  private final int port;

  private LocaleRedis(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a server.
   *
   * @param directory empty directory for the locale and the server's files
   */
  public static LocaleRedis start(Path directory) throws Exception {
    Path program = program(directory);
    compileLocale(directory);
    int port = freePort();
    List<String> command = List.of(program.toString(), "--port", "" + port, "--save", "");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("LOCPATH", directory.toString());
    builder.environment().put("LC_ALL", LOCALE);
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    LocaleRedis redis = new LocaleRedis(builder.start(), port);
    try {
      Awaitility.await().ignoreExceptions().until(redis::answers);
      redis.requireItsOrder();
      return redis;
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  /**
   * Finds the server. Debian's tools are the same program under other names, which decide what it
   * does.
   */
  private static Path program(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String name : List.of("redis-server", "redis-check-rdb", "redis-check-aof")) {
      Stream.of(System.getenv("PATH").split(":", -1))
          .map(place -> Path.of(place, name))
          .filter(Files::isExecutable)
          .forEach(found::add);
    }
    if (found.isEmpty()) {
      Assumptions.abort("No redis-server is installed: the order under " + LOCALE + " is untested");
    }
    return Files.createSymbolicLink(directory.resolve("redis-server"), found.get(0));
  }

  private static void compileLocale(Path directory) throws Exception {
    List<String> command =
        List.of("localedef", "-i", "en_US", "-f", "UTF-8", directory.resolve(LOCALE).toString());
    try {
      Process compiling =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!compiling.waitFor(1, TimeUnit.MINUTES) || !Files.exists(directory.resolve(LOCALE))) {
        Assumptions.abort(LOCALE + " could not be made here: the order under it is untested");
      }
    } catch (IOException e) {
      Assumptions.abort("There is no localedef here: the order under " + LOCALE + " is untested");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() {
    try (ForeignClient client = foreign()) {
      return client.send("PING").equals("PONG");
    }
  }

  /** Skips the test if the server was built without locales. */
  private void requireItsOrder() {
    try (ForeignClient client = foreign()) {
      Object first = client.send("EVAL", "local t = {'B', 'a'}; table.sort(t); return t[1]", "0");
      if (!"a".equals(String.valueOf(first))) {
        Assumptions.abort("This redis-server knows no " + LOCALE + ": the order is untested");
      }
    }
  }

  public ForeignClient foreign() {
    return new ForeignClient(port);
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
