package io.aetherkeep.cache.invalidation;

import io.aetherkeep.bus.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Log of promised invalidations on disk, a file each, so that they survive a crash of the node. Its
 * methods block. The next node that starts with the directory runs the remaining ones; to run one
 * twice is harmless.
 */
public final class PromiseLog {

  private static final System.Logger LOG = System.getLogger(PromiseLog.class.getName());

  private static final String ENDING = ".json";

  private final @Nullable Path directory;

  /**
   * Creates a log in a directory.
   *
   * @param directory null to keep nothing on disk
   */
  PromiseLog(@Nullable Path directory) {
    this.directory = directory;
  }

  void keep(PromisedInvalidation promised) {
    if (directory == null) {
      return;
    }
    try {
      Files.createDirectories(directory);
      Path part = directory.resolve(promised.id() + ".part");
      Files.write(part, RecordJson.write(promised));
      Files.move(part, file(directory, promised), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A promised invalidation is lost if this node dies, because {0} cannot be written: {1}",
          directory,
          e.toString());
    }
  }

  void forget(PromisedInvalidation promised) {
    if (directory == null) {
      return;
    }
    try {
      Files.deleteIfExists(file(directory, promised));
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A finished invalidation will run again at the next start, because its file cannot be"
              + " removed: {0}",
          e.toString());
    }
  }

  /** The promised invalidations that have not run, oldest first. */
  List<PromisedInvalidation> left() {
    if (directory == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    List<PromisedInvalidation> left = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.filter(file -> file.toString().endsWith(ENDING)).forEach(file -> read(file, left));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} cannot be read: {1}", directory, e.toString());
    }
    left.sort(Comparator.comparingLong(PromisedInvalidation::at));
    return left;
  }

  private static void read(Path file, List<PromisedInvalidation> left) {
    try {
      left.add(RecordJson.read(Files.readAllBytes(file), PromisedInvalidation.class));
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} does not contain a valid promised invalidation: {1}",
          file,
          e.toString());
    }
  }

  private static Path file(Path directory, PromisedInvalidation promised) {
    return directory.resolve(UUID.fromString(promised.id()) + ENDING);
  }
}
