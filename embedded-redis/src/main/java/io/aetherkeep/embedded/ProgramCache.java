package io.aetherkeep.embedded;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Cache of a user's unpacked programs, each named by a checksum of its content. */
final class ProgramCache {
  private final List<Path> directories;

  /**
   * Creates a cache in the first usable directory.
   *
   * @param directories created if missing; one that other users can write to is skipped
   */
  ProgramCache(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  static ProgramCache ofUser() {
    Optional<Path> named =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).map(Path::of).filter(Path::isAbsolute);
    Path home = Path.of(System.getProperty("user.home"), ".cache");
    Path temporary =
        Path.of(System.getProperty("java.io.tmpdir"), "cache-" + System.getProperty("user.name"));
    return new ProgramCache(
        Stream.concat(named.stream(), Stream.of(home, temporary))
            .map(directory -> directory.resolve("aetherkeep"))
            .toList());
  }

  Path unpack(String name, byte[] content) throws IOException {
    IOException failure =
        new IOException("none of the directories " + directories + " can be used");
    for (Path directory : directories) {
      try {
        return unpack(directory, name + "-" + checksum(content), content);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  private static Path unpack(Path directory, String name, byte[] content) throws IOException {
    createDirectory(directory);
    Path program = directory.resolve(name);
    Path fresh = Files.createTempFile(directory, "unpacking-", "");
    try {
      refuseUnlessPrivate(directory, fresh);
      if (!holds(program, content)) {
        Files.write(fresh, content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        // Atomically: another JVM sees the whole program or none, and any copy is as good.
        Files.move(fresh, program, ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
    if (!Files.isExecutable(program)) {
      throw new IOException(directory + " does not allow programs to run");
    }
    return program;
  }

  private static void createDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /**
   * Rejects a directory of other users, who could replace the program between its check and its
   * start.
   */
  private static void refuseUnlessPrivate(Path directory, Path ours) throws IOException {
    PosixFileAttributes found = Files.readAttributes(directory, PosixFileAttributes.class);
    if (!found.owner().equals(Files.getOwner(ours))
        || !Collections.disjoint(found.permissions(), List.of(GROUP_WRITE, OTHERS_WRITE))) {
      throw new IOException("others can write to " + directory);
    }
  }

  private static boolean holds(Path program, byte[] content) throws IOException {
    return Files.isExecutable(program)
        && Files.size(program) == content.length
        && Arrays.equals(Files.readAllBytes(program), content);
  }

  /**
   * A CRC, which the processor computes: a digest of the program would take a tenth of the start.
   * It only tells versions apart, since the bytes are compared.
   */
  private static String checksum(byte[] content) {
    CRC32C checksum = new CRC32C();
    checksum.update(content);
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }
}
