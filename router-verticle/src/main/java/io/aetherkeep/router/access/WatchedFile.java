package io.aetherkeep.router.access;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * File that is reloaded when it changes. It is polled, because container platforms mount files as
 * links and change the links.
 */
public final class WatchedFile {

  /**
   * Consumer of the file's content; if it throws, the error is logged and the last content stays in
   * force.
   */
  public interface Taker {
    /**
     * Takes the file's bytes.
     *
     * @param bytes null if the file no longer exists
     */
    void take(@Nullable Buffer bytes) throws IOException;
  }

  private static final System.Logger LOG = System.getLogger(WatchedFile.class.getName());

  /** Files that cannot be read, so that all event loops log it once. */
  private static final Set<Path> UNREADABLE = ConcurrentHashMap.newKeySet();

  /** State of a file (time, size, identity) and its bytes. */
  private record FileState(List<Object> seen, @Nullable Buffer bytes) {}

  private final Vertx vertx;
  private final Path file;
  private final Taker taker;
  private final boolean logged;
  private List<Object> last = List.of();
  private boolean checking;

  private WatchedFile(Vertx vertx, Path file, Taker taker, boolean logged) {
    this.logged = logged;
    this.vertx = vertx;
    this.file = file;
    this.taker = taker;
  }

  /** Reads the file now and after each change; fails if the consumer refuses it now. */
  public static Future<Void> follow(Vertx vertx, Path file, Duration every, Taker taker) {
    return follow(vertx, file, every, taker, true);
  }

  /**
   * Reads the file now and after each change.
   *
   * @param logged whether to log each change that the consumer has taken; false if it logs them
   *     itself
   */
  public static Future<Void> follow(
      Vertx vertx, Path file, Duration every, Taker taker, boolean logged) {
    WatchedFile watched = new WatchedFile(vertx, file, taker, logged);
    return vertx
        .executeBlocking(() -> state(file, List.of()), false)
        .compose(
            first -> {
              try {
                watched.last = first.seen;
                taker.take(first.bytes);
                vertx.setPeriodic(every.toMillis(), tick -> watched.check());
                return Future.succeededFuture();
              } catch (IOException | RuntimeException e) {
                return Future.failedFuture(
                    new IOException(file + " cannot be used: " + e.getMessage(), e));
              }
            });
  }

  private void check() {
    if (checking) {
      return;
    }
    checking = true;
    vertx
        .executeBlocking(() -> state(file, last), false)
        .onComplete(
            now -> {
              checking = false;
              if (UNREADABLE.remove(file)) {
                LOG.log(System.Logger.Level.INFO, "{0} can be read again", file);
              }
              if (!now.seen.equals(last)) {
                last = now.seen;
                apply(now.bytes);
              }
            },
            thrown -> {
              checking = false;
              if (UNREADABLE.add(file)) {
                LOG.log(System.Logger.Level.WARNING, "{0} cannot be read: {1}", file, thrown);
              }
            });
  }

  private void apply(@Nullable Buffer bytes) {
    try {
      taker.take(bytes);
      if (logged) {
        LOG.log(System.Logger.Level.INFO, "{0} has changed and is in force", file);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "{0} has changed and cannot be used; its former content stays in force: {1}",
          file,
          e.getMessage());
    }
  }

  /** Returns the file's state, without the bytes if it has not changed. */
  private static FileState state(Path file, List<Object> before) throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      List<Object> seen =
          Stream.of(now.lastModifiedTime(), now.size(), now.fileKey())
              .filter(Objects::nonNull)
              .toList();
      return new FileState(
          seen, seen.equals(before) ? null : Buffer.buffer(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return new FileState(List.of("gone"), null);
    }
  }
}
