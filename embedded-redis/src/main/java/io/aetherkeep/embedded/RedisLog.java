package io.aetherkeep.embedded;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parser of a redis-server's output: forwards it to the log, and keeps the last lines. */
final class RedisLog {
  private static final System.Logger LOG = System.getLogger(EmbeddedRedis.class.getName());
  private static final int REMEMBERED = 20;

  /** Matches {@code 4711:M 07 Jan 2026 10:11:12.345 * Ready to accept connections}. */
  private static final Pattern LINE = Pattern.compile("\\d+:\\w \\d.{23} ([-.*#]) (.*)");

  private static final Pattern VERSION = Pattern.compile("version=([^,]+),");

  private final Deque<String> tail = new ArrayDeque<>();
  private final CompletableFuture<Long> pid = new CompletableFuture<>();
  private final CompletableFuture<String> version = new CompletableFuture<>();
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private volatile boolean serving;

  /** Reads the output until the process ends. */
  void follow(InputStream output) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(output, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        accept(line);
      }
      fail(new EOFException("redis-server has ended"));
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException cause) {
    pid.completeExceptionally(cause);
    ready.completeExceptionally(cause);
  }

  private void accept(String line) {
    if (!pid.isDone() && line.matches("\\d+")) {
      pid.complete(Long.valueOf(line));
      return;
    }
    remember(line);
    Matcher parts = LINE.matcher(line);
    boolean parsed = parts.matches();
    String message = parsed ? parts.group(2) : line;
    // Redis logs its start and its shutdown at warning level too.
    boolean warning = serving && parsed && parts.group(1).equals("#");
    LOG.log(warning ? WARNING : DEBUG, "redis: {0}", message);
    Matcher greeting = VERSION.matcher(message);
    if (greeting.find()) {
      version.complete(greeting.group(1));
    }
    if (message.startsWith("Ready to accept connections")) {
      serving = true;
      ready.complete(version.getNow("unknown"));
    } else if (message.startsWith("Sentinel ID is ")) {
      // A Sentinel logs every event at warning level, so its lines stay at debug level.
      ready.complete(version.getNow("unknown"));
    }
  }

  private synchronized void remember(String line) {
    tail.addLast(line);
    if (tail.size() > REMEMBERED) {
      tail.removeFirst();
    }
  }

  /** Stops logging warnings: redis-server was asked to shut down. */
  void closing() {
    serving = false;
  }

  /** The process id of redis-server; fails if its process could not be started. */
  CompletableFuture<Long> pid() {
    return pid;
  }

  /** The version of redis-server when it accepts connections; fails if it ends before. */
  CompletableFuture<String> ready() {
    return ready;
  }

  synchronized boolean reportsPortInUse() {
    return tail.stream().anyMatch(line -> line.contains("Failed listening on port"));
  }

  /** The last lines, indented, each preceded by a line break. */
  synchronized String tail() {
    return String.join("", tail.stream().map(line -> "\n  " + line).toList());
  }
}
