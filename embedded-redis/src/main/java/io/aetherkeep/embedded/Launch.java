package io.aetherkeep.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Launch of a redis-server, from its options until it answers. */
record Launch(Path program, EmbeddedRedis.Options options, Optional<DirectoryLock> lock) {
  private static final String HOST = "127.0.0.1";
  private static final int ATTEMPTS = 5;

  EmbeddedRedis run() {
    if (options.port() != 0) {
      return on(options.port());
    }
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return on(freePort());
      } catch (EmbeddedRedisException.PortTaken e) {
        // Another process has taken the port since the check: try the next one.
      }
    }
    return on(freePort());
  }

  /**
   * The IPv4 loopback address that redis-server binds; getLoopbackAddress may return the IPv6 one.
   */
  static InetSocketAddress loopback(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(loopback(0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new EmbeddedRedisException("no port of %s is free".formatted(HOST), e);
    }
  }

  private EmbeddedRedis on(int port) {
    Optional<Path> scratch = lock.isPresent() ? Optional.empty() : Optional.of(scratch());
    Path directory = scratch.or(() -> lock.map(DirectoryLock::directory)).orElseThrow();
    Optional<Password> password =
        options.forUse() ? Optional.of(Password.in(directory)) : Optional.empty();
    Supervisor supervisor = Supervisor.run(command(port, directory, password), scratch);
    try {
      lock.ifPresent(owned -> owned.remember(supervisor.pid(), program));
      String version = supervisor.awaitReady(options.patience());
      ping(port, password);
      return new EmbeddedRedis(supervisor, lock, port, version, password);
    } catch (RuntimeException e) {
      supervisor.stop();
      throw supervisor.portTaken() ? new EmbeddedRedisException.PortTaken(port) : e;
    }
  }

  static Path scratch() {
    try {
      return Files.createTempDirectory("aetherkeep-redis-");
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot create a temporary directory", e);
    }
  }

  private List<String> command(int port, Path directory, Optional<Password> password) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    password.ifPresent(it -> command.add(it.configuration().toString()));
    command.addAll(List.of("--bind", HOST, "--port", Integer.toString(port)));
    command.addAll(List.of("--protected-mode", "yes", "--dir", directory.toString()));
    command.addAll(List.of("--save", "", "--appendonly", lock.isPresent() ? "yes" : "no"));
    command.addAll(List.of("--appendfsync", "everysec"));
    command.addAll(options.arguments());
    return command;
  }

  private static void ping(int port, Optional<Password> password) {
    String answer =
        InlineCommand.send(port, password.map(it -> "AUTH " + it.text()).orElse("PING"), "PING");
    if (!"PONG".equals(answer)) {
      throw new EmbeddedRedisException(
          "redis-server answers a PING on port %d with: %s".formatted(port, answer));
    }
  }
}
