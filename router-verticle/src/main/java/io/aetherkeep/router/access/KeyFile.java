package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.router.access.identity.ApiKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
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

  /** Writes the file atomically, readable only by its owner. */
  public void write(Path file) throws IOException {
    Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Path fresh = Files.createTempFile(directory, "." + file.getFileName(), ".new", ownerOnly(file));
    try {
      Files.write(fresh, json());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
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
