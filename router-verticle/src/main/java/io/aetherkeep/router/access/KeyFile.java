package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.router.access.identity.ApiKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** File of API keys: JSON, with one key per line. */
public record KeyFile(List<ApiKey> keys) {

  public KeyFile {
    keys = List.copyOf(Objects.requireNonNull(keys, "keys"));
    if (keys.stream().map(ApiKey::id).distinct().count() < keys.size()) {
      throw Failure.of(Code.INVALID_BODY, "two keys have one id");
    }
  }

  /** Parses a file; a {@link Failure} says what is wrong. */
  public static KeyFile read(byte[] json) {
    return RecordJson.read(json, KeyFile.class);
  }

  public KeyFile with(ApiKey key) {
    List<ApiKey> more = new ArrayList<>(keys);
    more.add(key);
    return new KeyFile(more);
  }

  public KeyFile without(String id) {
    return new KeyFile(keys.stream().filter(key -> !key.id().equals(id)).toList());
  }

  /**
   * Writes the file atomically. A new file is readable only by its owner; an existing one keeps its
   * owner, group and permissions, so that the node can still read it, and a link stays a link.
   */
  public void write(Path file) throws IOException {
    Path at = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path directory = Objects.requireNonNull(at.getParent());
    Path fresh = Files.createTempFile(directory, "." + at.getFileName(), ".new", ownerOnly(at));
    try {
      Files.write(fresh, json());
      if (Files.exists(at)) {
        copyAccess(at, fresh);
      }
      Files.move(fresh, at, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Gives a file the owner, group and permissions of another. */
  private static void copyAccess(Path from, Path to) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    PosixFileAttributes now = view.readAttributes();
    PosixFileAttributes before = Files.readAttributes(from, PosixFileAttributes.class);
    try {
      if (!before.owner().equals(now.owner())) {
        view.setOwner(before.owner());
      }
      if (!before.group().equals(now.group())) {
        view.setGroup(before.group());
      }
    } catch (FileSystemException e) {
      String owner = before.owner().getName();
      throw new IOException("it belongs to " + owner + ": run this as that user", e);
    }
    view.setPermissions(before.permissions());
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private byte[] json() {
    return keys.stream()
        .map(key -> "\n  " + new String(RecordJson.write(key), StandardCharsets.UTF_8))
        .collect(Collectors.joining(",", "{\"keys\": [", "\n]}\n"))
        .getBytes(StandardCharsets.UTF_8);
  }
}
