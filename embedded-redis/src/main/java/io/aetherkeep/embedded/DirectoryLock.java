package io.aetherkeep.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Exclusive lock of a data directory, for one JVM with one redis-server in it. */
final class DirectoryLock implements AutoCloseable {
  /**
   * Directories locked by this JVM. The file lock alone is not enough: POSIX drops it when the
   * process closes any descriptor of the file, so a second attempt would release the first lock.
   */
  private static final Set<Path> OWNED = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel file;
  private boolean closed;

  private DirectoryLock(Path directory, FileChannel file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * Locks a directory, and creates it if missing. Waits until its previous redis-server has ended.
   */
  static DirectoryLock claim(Path wanted) {
    try {
      // Accepts a link to a directory, which createDirectories rejects before JDK 20.
      Path directory =
          (Files.isDirectory(wanted) ? wanted : Files.createDirectories(wanted)).toRealPath();
      if (!OWNED.add(directory)) {
        throw inUse(directory, Long.toString(ProcessHandle.current().pid()));
      }
      try {
        return lock(directory);
      } catch (IOException | RuntimeException e) {
        OWNED.remove(directory);
        throw e;
      }
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot use the data directory %s".formatted(wanted), e);
    }
  }

  private static DirectoryLock lock(Path directory) throws IOException {
    FileChannel file = FileChannel.open(directory.resolve("aetherkeep.lock"), READ, WRITE, CREATE);
    try {
      boolean ours = tryLock(file);
      Note last = Note.read(file);
      if (!ours) {
        throw inUse(directory, last.owner());
      }
      Note.ofThisJvm(last.redis(), last.program()).write(file);
      last.living().ifPresent(redis -> awaitEnd(redis, directory));
      return new DirectoryLock(directory, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static boolean tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this class, loaded twice in one JVM
    }
  }

  /** Waits for the redis-server of a killed JVM, which may still be writing its last data. */
  private static void awaitEnd(ProcessHandle redis, Path directory) {
    try {
      redis.onExit().orTimeout(10, SECONDS).join();
    } catch (CompletionException e) {
      throw new EmbeddedRedisException(
          "%s is still in use by redis-server (process %d), although its Aetherkeep has ended: stop it"
              .formatted(directory, redis.pid()));
    }
  }

  private static EmbeddedRedisException inUse(Path directory, String owner) {
    return new EmbeddedRedisException(
        "%s is in use by another Aetherkeep (process %s)".formatted(directory, owner));
  }

  Path directory() {
    return directory;
  }

  /** Records the redis-server that uses the directory, for the next start after a crash. */
  void remember(long redis, Path program) {
    try {
      Note.ofThisJvm(Long.toString(redis), program.toRealPath().toString()).write(file);
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot write to " + directory, e);
    }
  }

  /** Releases the directory; its redis-server has ended. */
  @Override
  public synchronized void close() {
    if (closed) {
      return; // another may own the directory by now
    }
    closed = true;
    try (file) {
      file.truncate(0);
    } catch (IOException e) {
      // The note stays, which is harmless: it names a process that has ended.
    } finally {
      OWNED.remove(directory);
    }
  }

  /** Content of the lock file: process ids, and the program's path, which detects a reused id. */
  private record Note(String owner, String redis, String program) {
    static Note ofThisJvm(String redis, String program) {
      return new Note(Long.toString(ProcessHandle.current().pid()), redis, program);
    }

    static Note read(FileChannel file) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(8192);
      file.read(bytes, 0);
      String[] lines = UTF_8.decode(bytes.flip()).toString().split("\n", -1);
      return lines.length < 3 ? new Note("?", "", "") : new Note(lines[0], lines[1], lines[2]);
    }

    void write(FileChannel file) throws IOException {
      file.truncate(0);
      file.write(UTF_8.encode(String.join("\n", owner, redis, program)), 0);
    }

    Optional<ProcessHandle> living() {
      return redis.matches("\\d{1,18}")
          ? ProcessHandle.of(Long.parseLong(redis))
              .filter(process -> process.info().command().equals(Optional.of(program)))
          : Optional.empty();
    }
  }
}
