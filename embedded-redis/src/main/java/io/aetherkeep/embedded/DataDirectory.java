package io.aetherkeep.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a server's data is, claimed by one server at a time. */
final class DataDirectory {

  private static final long PATIENCE_SECONDS = 15;

  private final Path path;
  private final boolean keeps;
  private final FileChannel lock;

  private DataDirectory(Path path, boolean keeps, FileChannel lock) {
    this.path = path;
    this.keeps = keeps;
    this.lock = lock;
  }

  static DataDirectory claim(@Nullable Path wanted) {
    try {
      Path path =
          wanted == null
              ? Files.createTempDirectory("aetherkeep-redis")
              : Files.createDirectories(wanted.toAbsolutePath());
      DataDirectory claimed = new DataDirectory(path, wanted != null, locked(path));
      claimed.awaitPredecessor();
      return claimed;
    } catch (IOException e) {
      throw new EmbeddedRedisException(
          "The data directory " + wanted + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static FileChannel locked(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve("aetherkeep.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException held) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new EmbeddedRedisException(
          "The data directory " + path + " is in use by another Aetherkeep; give this one its own");
    }
    return channel;
  }

  /** A JVM that was killed leaves a server that is still saving; two on one file would ruin it. */
  private void awaitPredecessor() throws IOException {
    Optional<ProcessHandle> before = predecessor();
    if (before.isEmpty()) {
      return;
    }
    try {
      before.get().onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      lock.close();
      throw new EmbeddedRedisException(
          "Process " + before.get().pid() + ", a redis-server, still uses " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for " + path, e);
    }
  }

  private Optional<ProcessHandle> predecessor() throws IOException {
    Path file = pidFile();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String pid = Files.readString(file).trim();
    return pid.matches("[0-9]{1,18}")
        ? ProcessHandle.of(Long.parseLong(pid))
            .filter(process -> process.info().command().orElse("").contains("redis-server"))
        : Optional.empty();
  }

  void owned(ProcessHandle server) throws IOException {
    Files.writeString(pidFile(), Long.toString(server.pid()));
  }

  private Path pidFile() {
    return path.resolve("redis.pid");
  }

  Path path() {
    return path;
  }

  boolean keeps() {
    return keeps;
  }

  void release() {
    try {
      lock.close();
      if (keeps) {
        Files.deleteIfExists(pidFile());
      } else {
        deleteAll();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteAll() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
