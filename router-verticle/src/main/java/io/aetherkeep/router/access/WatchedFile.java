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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is read again when it has become another.
 *
 * <p>It is looked at, not listened to: what a container platform mounts is changed by moving links.
 */
public final class WatchedFile {

  /**
   * Takes what is in the file; what it throws is logged, and what was taken before openResponses.
   */
  public interface Taker {
    /**
     * Takes the file's bytes.
     *
     * @param bytes none where there is no such file any more
     */
    void take(@Nullable Buffer bytes) throws IOException;
  }

  private static final System.Logger LOG = System.getLogger(WatchedFile.class.getName());

  /** What tells one state of a file from the next: its time, its size, which file it is. */
  private record Look(List<Object> seen, @Nullable Buffer bytes) {}

  private final Vertx vertx;
  private final Path file;
  private final Taker taker;
  private List<Object> last = List.of();
  private boolean looking;

  private WatchedFile(Vertx vertx, Path file, Taker taker) {
    this.vertx = vertx;
    this.file = file;
    this.taker = taker;
  }

  /** Reads the file, and from then on whenever it changes; fails where it cannot be taken now. */
  public static Future<Void> follow(Vertx vertx, Path file, Duration every, Taker taker) {
    WatchedFile watched = new WatchedFile(vertx, file, taker);
    return vertx
        .executeBlocking(() -> look(file, List.of()), false)
        .compose(
            first -> {
              try {
                watched.last = first.seen;
                taker.take(first.bytes);
                vertx.setPeriodic(every.toMillis(), tick -> watched.again());
                return Future.succeededFuture();
              } catch (IOException | RuntimeException e) {
                return Future.failedFuture(
                    new IOException(file + " cannot be used: " + e.getMessage(), e));
              }
            });
  }

  private void again() {
    if (looking) {
      return;
    }
    looking = true;
    vertx
        .executeBlocking(() -> look(file, last), false)
        .onComplete(
            look -> {
              looking = false;
              if (!look.seen.equals(last)) {
                last = look.seen;
                taken(look.bytes);
              }
            },
            thrown -> {
              looking = false;
              LOG.log(System.Logger.Level.WARNING, "{0} cannot be read: {1}", file, thrown);
            });
  }

  private void taken(@Nullable Buffer bytes) {
    try {
      taker.take(bytes);
      LOG.log(System.Logger.Level.INFO, "{0} has changed and is in force", file);
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "{0} has changed and cannot be used; what it said before openResponses in force: {1}",
          file,
          e.getMessage());
    }
  }

  /** What is there; without the bytes if it is as it was seen before. */
  private static Look look(Path file, List<Object> before) throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      List<Object> seen =
          Stream.of(now.lastModifiedTime(), now.size(), now.fileKey())
              .filter(Objects::nonNull)
              .toList();
      return new Look(seen, seen.equals(before) ? null : Buffer.buffer(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return new Look(List.of("gone"), null);
    }
  }
}
