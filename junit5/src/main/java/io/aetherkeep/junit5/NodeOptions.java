package io.aetherkeep.junit5;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Options of a node.
 *
 * @param configuration a configuration file; empty for the defaults
 * @param settings settings that override the file, by path, such as {@code http.max-requests}
 * @param redisUrl the Redis to use; empty to start one
 * @param classPath jars and folders of co-deployed verticles
 * @param patience time limit of the start
 */
public record NodeOptions(
    Optional<Path> configuration,
    Map<String, String> settings,
    Optional<String> redisUrl,
    List<Path> classPath,
    Duration patience) {

  /** Longer than the node's own defaults, because the machine of a test may be busy. */
  private static final Map<String, String> DEADLINES =
      Map.of(
          "redis.timeout", "10s",
          "redis.connect-timeout", "5s",
          "http.request-deadline", "20s");

  /** The defaults: the built-in spaces and a separate Redis. */
  public NodeOptions() {
    this(Optional.empty(), DEADLINES, Optional.empty(), List.of(), Duration.ofMinutes(2));
  }

  public NodeOptions {
    settings = Map.copyOf(settings);
    classPath = List.copyOf(classPath);
  }

  /** Reads a configuration file, such as one that {@code aetherkeep init} has written. */
  public NodeOptions withConfiguration(Path file) {
    return new NodeOptions(Optional.of(file), settings, redisUrl, classPath, patience);
  }

  /** Sets one setting by its path. */
  public NodeOptions with(String path, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(path, value);
    return new NodeOptions(configuration, more, redisUrl, classPath, patience);
  }

  /** Uses a running Redis, for example another node's. */
  public NodeOptions withRedis(String url) {
    return new NodeOptions(configuration, settings, Optional.of(url), classPath, patience);
  }

  /** Deploys a verticle in the node, from the jar or folder that its class was loaded from. */
  public NodeOptions withVerticle(Class<?> verticle) {
    List<Path> more = new ArrayList<>(classPath);
    more.add(codeOf(verticle));
    String before = settings.get("beside.verticles");
    String name = verticle.getName();
    return new NodeOptions(configuration, settings, redisUrl, more, patience)
        .with("beside.verticles", before == null ? name : before + ", " + name);
  }

  static Path codeOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalArgumentException(type + " was not loaded from a jar or folder");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(type + " was not loaded from a path", e);
    }
  }

  /** Converts the settings to environment variables. */
  Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>();
    settings.forEach((path, value) -> variables.put(variable(path), value));
    return variables;
  }

  private static String variable(String path) {
    return "AETHERKEEP_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
