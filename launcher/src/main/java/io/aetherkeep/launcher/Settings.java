package io.aetherkeep.launcher;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.Backoff;
import io.aetherkeep.redis.RedisTarget;
import io.aetherkeep.router.RouterSettings;
import io.aetherkeep.router.RouterSettings.AccessLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that was decided outside.
 *
 * @param redisUrl empty for an embedded Redis
 * @param spaces each with where its keys are
 */
record Settings(
    RouterSettings http,
    String redisUrl,
    RedisPatience redis,
    int embeddedPort,
    Path dataDirectory,
    int eventLoops,
    List<PlacedSpace> spaces) {

  /** How one deals with a Redis, whichever it is. */
  record RedisPatience(
      Duration timeout,
      Duration connectTimeout,
      int maxInFlight,
      Duration reconnectMin,
      Duration reconnectMax) {

    RedisTarget target(String url, int database) {
      return new RedisTarget(
          url,
          database,
          timeout,
          connectTimeout,
          maxInFlight,
          Backoff.between(reconnectMin, reconnectMax));
    }
  }

  /** A space, and where it is; an empty URL is the common one. */
  record PlacedSpace(Space space, String redisUrl, int database) {}

  /** The settings of a file, if one is given, and an environment; all problems are told at once. */
  static Settings of(SettingsSource source) {
    Settings settings = read(new SettingsReader(source), source);
    if (!source.problems().isEmpty()) {
      throw new SettingsException(source.problems());
    }
    return settings;
  }

  private static Settings read(SettingsReader reader, SettingsSource source) {
    List<PlacedSpace> spaces = spaces(reader, source);
    RedisPatience patience =
        new RedisPatience(
            reader.duration("redis.timeout", ofMillis(10)),
            reader.duration("redis.connect-timeout", ofMillis(10)),
            reader.number("redis.max-in-flight", 16, 1_000_000),
            reader.duration("redis.reconnect-min", ofMillis(1)),
            reader.duration("redis.reconnect-max", ofMillis(1)));
    if (patience.reconnectMax().compareTo(patience.reconnectMin()) < 0) {
      reader.problem("redis.reconnect-max is shorter than redis.reconnect-min");
    }
    return new Settings(
        http(reader, spaces),
        reader.redisUrl("redis.url"),
        patience,
        reader.number("redis.embedded-port", 0, 65535),
        Path.of(reader.text("data-dir")),
        eventLoops(reader),
        spaces);
  }

  private static int eventLoops(SettingsReader reader) {
    int loops = reader.number("event-loops", 0, 256);
    return loops == 0 ? Runtime.getRuntime().availableProcessors() : loops;
  }

  private static RouterSettings http(SettingsReader reader, List<PlacedSpace> spaces) {
    return new RouterSettings(
        reader.loopbackHost("http.host"),
        reader.number("http.port", 0, 65535),
        reader.duration("http.request-deadline", ofMillis(10)),
        reader.duration("http.body-timeout", ofMillis(10)),
        reader.duration("http.idle-timeout", ofSeconds(1)),
        reader.duration("http.shutdown-timeout", ofMillis(1)),
        reader.size("http.max-header-size", 1 << 10, 1 << 20),
        reader.size("http.max-uri-length", 1 << 10, 1 << 20),
        reader.flag("http.compression"),
        reader.size("http.compression-threshold", 0, 1 << 30),
        reader.choice("http.access-log", AccessLog.class, List.of(AccessLog.values())),
        spaces.stream()
            .map(PlacedSpace::space)
            .collect(Collectors.toMap(Space::name, Space::maxValueBytes)));
  }

  private static List<PlacedSpace> spaces(SettingsReader reader, SettingsSource source) {
    List<PlacedSpace> spaces = new ArrayList<>();
    Map<List<Object>, String> places = new HashMap<>();
    for (String name : source.spaces()) {
      PlacedSpace space = space(name, reader, source);
      spaces.add(space);
      String other =
          places.put(List.of(space.redisUrl, space.database, space.space.prefix()), name);
      if (other != null) {
        reader.problem(
            "spaces."
                + name
                + ": its keys would be those of spaces."
                + other
                + "; give it a database or a prefix of its own");
      }
    }
    if (spaces.isEmpty()) {
      reader.problem("spaces: there must be one at least");
    }
    return spaces;
  }

  private static PlacedSpace space(String name, SettingsReader reader, SettingsSource source) {
    if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
      reader.problem("spaces." + name + ": a name is of 1 to 32 of a-z, 0-9 and -, a letter first");
    }
    String path = "spaces." + name + ".";
    Space space =
        new Space(
            name,
            reader.text(path + "prefix"),
            reader.choice(
                path + "sessions",
                Dialect.class,
                List.of(Dialect.AETHERCAST, Dialect.COUNCIL, Dialect.CONTENT)),
            reader.size(path + "max-value-size", 1 << 10, 64 << 20),
            lifetimes(path + "ttl.", reader, source));
    return new PlacedSpace(
        space, reader.redisUrl(path + "redis-url"), reader.number(path + "database", 0, 65535));
  }

  private static Map<String, Duration> lifetimes(
      String path, SettingsReader reader, SettingsSource source) {
    Set<String> names = new HashSet<>();
    Keyspaces.ALL.stream()
        .filter(keyspace -> keyspace.lifetime().counted())
        .forEach(keyspace -> names.add(keyspace.name()));
    Map<String, Duration> lifetimes = new LinkedHashMap<>();
    for (Setting setting : source.below(path)) {
      String name = setting.path().substring(path.length());
      if (names.contains(name)) {
        lifetimes.put(name, reader.duration(setting.path(), ofSeconds(1)));
      } else {
        reader.problem(
            setting.path()
                + " ("
                + setting.source()
                + "): no keyspace with a lifetime is named "
                + name
                + "; "
                + Spelling.near(name, names));
      }
    }
    return lifetimes;
  }

  /** Where each space's keys are, once it is known where the common Redis is. */
  Map<Space, RedisTarget> targets(String commonUrl) {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    for (PlacedSpace placed : spaces) {
      String url = placed.redisUrl.isEmpty() ? commonUrl : placed.redisUrl;
      targets.put(placed.space, redis.target(url, placed.database));
    }
    return targets;
  }

  /** Whether some space's keys are in a Redis that nobody named, and so one must be started. */
  boolean needsEmbeddedRedis() {
    return redisUrl.isEmpty() && spaces.stream().anyMatch(space -> space.redisUrl.isEmpty());
  }
}
