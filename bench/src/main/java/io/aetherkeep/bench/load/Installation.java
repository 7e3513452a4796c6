package io.aetherkeep.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Installation of the program as its packages lay it out, in a temporary folder: the launcher
 * script with its flags, the jar, and its class archive.
 */
public final class Installation implements AutoCloseable {

  private final Path folder;

  private Installation(Path folder) {
    this.folder = folder;
  }

  /** Creates an installation in a temporary folder. */
  public static Installation create() throws IOException {
    Path folder = Files.createTempDirectory("aetherkeep-bench-");
    Path script = Files.createDirectories(folder.resolve("bin")).resolve("aetherkeep");
    Files.copy(Server.here().resolve("../../../aetherkeep").normalize(), script);
    Files.copy(
        Server.jar(), Files.createDirectories(folder.resolve("lib")).resolve("aetherkeep.jar"));
    return new Installation(folder);
  }

  /** Creates the AOT cache of a JDK, as in packages with a runtime. */
  public void createAotCache(Path jdk, Map<String, String> settings) throws IOException {
    Files.createSymbolicLink(folder.resolve("runtime"), jdk);
    Path cache = folder.resolve("lib/aetherkeep.aot");
    start(settings, Map.of("JAVA_OPTS", "-XX:AOTCacheOutput=" + cache)).close();
    if (!Files.exists(cache)) {
      throw new IOException("The JVM wrote no AOT cache");
    }
  }

  /** Starts a node by the script. */
  public Server start(Map<String, String> settings, Map<String, String> environment)
      throws IOException {
    Map<String, String> all = new HashMap<>(Server.anyPort(settings));
    all.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    all.put("AETHERKEEP_DATA_DIR", folder.resolve("data").toString());
    all.putAll(environment);
    return Server.run(
        "aetherkeep", all, List.of("sh", folder.resolve("bin/aetherkeep").toString()));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(Installation::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
