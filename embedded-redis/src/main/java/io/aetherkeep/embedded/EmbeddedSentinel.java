package io.aetherkeep.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Real Sentinel process on a loopback port: for tests and for trying failovers. */
public final class EmbeddedSentinel implements AutoCloseable {

  private static final int ATTEMPTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Supervisor supervisor;
  private final int port;

  private EmbeddedSentinel(Supervisor supervisor, int port) {
    this.supervisor = supervisor;
    this.port = port;
  }

  /**
   * Configuration of a Sentinel.
   *
   * @param master name of the monitored group
   * @param port current port of its master, on this machine
   * @param quorum number of Sentinels that must agree that the master is down
   * @param downAfter time without a reply after which it is down
   * @param more additional lines of the configuration
   */
  public record Watch(String master, int port, int quorum, Duration downAfter, List<String> more) {
    public Watch {
      more = List.copyOf(more);
    }

    private List<String> lines(int own) {
      List<String> lines = new ArrayList<>();
      lines.add("port " + own);
      lines.add("bind 127.0.0.1");
      lines.add("sentinel monitor " + master + " 127.0.0.1 " + port + " " + quorum);
      lines.add("sentinel down-after-milliseconds " + master + " " + downAfter.toMillis());
      lines.add("sentinel failover-timeout " + master + " 5000");
      lines.addAll(more);
      return lines;
    }
  }

  /** Starts a Sentinel, and returns when it is ready. */
  public static EmbeddedSentinel start(Watch watch) throws EmbeddedRedisException {
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return on(Launch.freePort(), watch);
      } catch (EmbeddedRedisException.PortTaken e) {
        // Another process has taken the port since the check: try the next one.
      }
    }
    return on(Launch.freePort(), watch);
  }

  private static EmbeddedSentinel on(int port, Watch watch) {
    Path directory = Launch.scratch();
    List<String> command =
        List.of(RedisBinary.locate().toString(), settings(directory, port, watch), "--sentinel");
    Supervisor supervisor = Supervisor.run(command, Optional.of(directory));
    try {
      supervisor.awaitReady(PATIENCE);
      return new EmbeddedSentinel(supervisor, port);
    } catch (RuntimeException e) {
      supervisor.stop();
      throw supervisor.portTaken() ? new EmbeddedRedisException.PortTaken(port) : e;
    }
  }

  /** Writes a separate configuration file, because a Sentinel rewrites its file. */
  private static String settings(Path directory, int port, Watch watch) {
    try {
      Path file = directory.resolve("sentinel.conf");
      List<String> lines = new ArrayList<>(watch.lines(port));
      lines.add("dir " + directory);
      return Files.write(file, lines).toString();
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot write the configuration of a Sentinel", e);
    }
  }

  public int port() {
    return port;
  }

  /** The process id of the Sentinel itself. */
  public long pid() {
    return supervisor.pid();
  }

  /** Stops the Sentinel; a second call does nothing. */
  @Override
  public void close() {
    supervisor.stop();
  }

  /** Crashes the Sentinel, as {@code kill -9} does. */
  public void kill() {
    supervisor.kill();
  }
}
