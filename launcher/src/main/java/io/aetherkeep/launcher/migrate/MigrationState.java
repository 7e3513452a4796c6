package io.aetherkeep.launcher.migrate;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * State of a migration in a directory: its position in the source, and the names of all keys that
 * it wrote to the target. It removes only these keys.
 */
final class MigrationState implements AutoCloseable {

  private static final String POSITION = "position";
  private static final String KEYS = "keys";
  private static final String DONE = "copied";

  private final Path directory;
  private final Properties position = new Properties();
  private final DataOutputStream keys;

  private MigrationState(Path directory) throws IOException {
    this.directory = directory;
    Path file = directory.resolve(POSITION);
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        position.load(in);
      }
    }
    dropTornEnd();
    this.keys =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(directory.resolve(KEYS).toFile(), true)));
  }

  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(POSITION));
  }

  /** Opens or creates the state of a migration. */
  static MigrationState open(Path directory, String identity) {
    try {
      Files.createDirectories(directory);
      MigrationState state = new MigrationState(directory);
      String before = state.position.getProperty("of", identity);
      if (!before.equals(identity)) {
        state.close();
        throw new Migration.Stopped(
            directory
                + " belongs to another migration ("
                + before
                + "): choose another directory with --state");
      }
      state.position.setProperty("of", identity);
      state.save(state.cursor());
      return state;
    } catch (IOException e) {
      throw new Migration.Stopped(directory + " cannot be used: " + e.getMessage());
    }
  }

  /** The cursor of SCAN at which the copy resumes. */
  String cursor() {
    return position.getProperty("cursor", "0");
  }

  boolean isCopied() {
    return cursor().equals(DONE);
  }

  void copied() {
    save(DONE);
  }

  /** Stores the cursor. */
  void save(String cursor) {
    position.setProperty("cursor", cursor);
    Path fresh = directory.resolve(POSITION + ".new");
    try {
      try (OutputStream out = Files.newOutputStream(fresh)) {
        position.store(out, null);
      }
      Files.move(
          fresh,
          directory.resolve(POSITION),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stores names of keys before they are written to the target. */
  void writing(List<MovedKey> written) {
    try {
      for (MovedKey key : written) {
        byte[] name = key.source();
        keys.writeInt(name.length);
        keys.write(name);
      }
      keys.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Iterates over the source's names of all written keys; some appear more than once. */
  void written(int page, Consumer<List<String>> walker) {
    List<String> names = new ArrayList<>();
    try (DataInputStream in = reading()) {
      for (String name = next(in); name != null; name = next(in)) {
        names.add(name);
        if (names.size() == page) {
          walker.accept(List.copyOf(names));
          names.clear();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!names.isEmpty()) {
      walker.accept(names);
    }
  }

  private DataInputStream reading() throws IOException {
    return new DataInputStream(
        new BufferedInputStream(Files.newInputStream(directory.resolve(KEYS))));
  }

  private static @Nullable String next(DataInputStream in) throws IOException {
    try {
      int length = in.readInt();
      byte[] name = in.readNBytes(length);
      return name.length == length ? MovedKey.text(name) : null;
    } catch (EOFException e) {
      return null;
    }
  }

  /** Truncates an incomplete last name, which a killed process may leave. */
  private void dropTornEnd() throws IOException {
    Path file = directory.resolve(KEYS);
    if (!Files.exists(file)) {
      return;
    }
    long whole = 0;
    try (DataInputStream in = reading()) {
      for (String name = next(in); name != null; name = next(in)) {
        whole += Integer.BYTES + name.length();
      }
    }
    try (RandomAccessFile keysFile = new RandomAccessFile(file.toFile(), "rw")) {
      keysFile.setLength(whole);
    }
  }

  @Override
  public void close() {
    try {
      keys.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
