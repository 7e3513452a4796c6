package io.aetherkeep.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramCacheTest {
  private static final byte[] PROGRAM = "#!/bin/sh\n".getBytes(UTF_8);

  private final Path directory;

  ProgramCacheTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void unpack_isDoneOnceForEachContent() throws IOException {
    ProgramCache cache = new ProgramCache(List.of(directory.resolve("cache")));
    Path program = cache.unpack("program", PROGRAM);
    assertTrue(Files.isExecutable(program));
    Object inode = Files.getAttribute(program, "unix:ino");
    assertEquals(program, cache.unpack("program", PROGRAM));
    assertEquals(inode, Files.getAttribute(program, "unix:ino"));
    assertNotEquals(program, cache.unpack("program", "another".getBytes(UTF_8)));
  }

  @Test
  void unpack_replacesWhatWasTamperedWith() throws IOException {
    ProgramCache cache = new ProgramCache(List.of(directory));
    Path program = cache.unpack("program", PROGRAM);
    Files.writeString(program, "#!/bin/sl\n");
    cache.unpack("program", PROGRAM);
    assertEquals("#!/bin/sh\n", Files.readString(program));
  }

  @Test
  void unpack_mayHappenAtOnce() throws IOException {
    ProgramCache cache = new ProgramCache(List.of(directory.resolve("cache")));
    long programs =
        IntStream.range(0, 32).parallel().mapToObj(i -> unpack(cache)).distinct().count();
    assertEquals(1, programs);
    try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void unpack_passesOverADirectoryThatWillNotDo() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path good = directory.resolve("good");
    assertEquals(
        good, new ProgramCache(List.of(file, open, good)).unpack("program", PROGRAM).getParent());
    assertThrows(
        IOException.class, () -> new ProgramCache(List.of(file, open)).unpack("program", PROGRAM));
  }

  private static Path unpack(ProgramCache cache) {
    try {
      return cache.unpack("program", PROGRAM);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
