package io.aetherkeep.embedded;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * Random password of a redis-server, stored in a directory that only its owner can enter: in the
 * file {@code password}, which survives restarts, and in a configuration file, because every user
 * can see a program's arguments.
 */
record Password(String text, Path configuration) {

  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** Reads the password of a data directory, or creates it. */
  static Password in(Path directory) {
    try {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      Path file = directory.resolve("password");
      String text = Files.exists(file) ? Files.readString(file).strip() : "";
      if (!text.matches("[0-9a-f]{48}")) {
        text = random();
      }
      // Rewritten each time, so that no other user can read an older file.
      write(file, text);
      Path configuration = directory.resolve("redis.conf");
      write(configuration, "requirepass " + text);
      return new Password(text, configuration);
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot keep a password in " + directory, e);
    }
  }

  private static String random() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    try (SeekableByteChannel channel =
            Files.newByteChannel(file, Set.of(CREATE_NEW, WRITE), OWNERS_FILE);
        var out = Channels.newOutputStream(channel)) {
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
