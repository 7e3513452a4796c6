package io.aetherkeep.lab.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Directory of the test Redis's data: a small, separate file system if the machine permits a mount.
 */
final class Disk implements AutoCloseable {

  private final Path directory;
  private final boolean own;

  Disk(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.own = isLinux() && mount() == 0;
    if (own) {
      // Also if the lab is aborted.
      Runtime.getRuntime().addShutdownHook(new Thread(this::unmount));
    }
  }

  private static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  private int mount() {
    return Backend.run("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", directory.toString());
  }

  Path directory() {
    return directory;
  }

  /** Whether it is a separate file system, so that filling it affects nothing else. */
  boolean isOwn() {
    return own;
  }

  void fill() {
    try (OutputStream file = Files.newOutputStream(filler())) {
      byte[] block = new byte[1 << 16];
      while (true) {
        file.write(block);
      }
    } catch (IOException e) {
      // It is full.
    }
  }

  void empty() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  @Override
  public void close() {
    if (own) {
      unmount();
    }
  }

  private void unmount() {
    Backend.run("umount", "--lazy", directory.toString());
  }
}
