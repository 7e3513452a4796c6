package io.aetherkeep.launcher.settings;

import static java.time.Duration.ofSeconds;

import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.SpaceCaches;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.status.settings.StatusSettings.Results;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Settings of one space, with the location of its keys. Without URL and cluster, they are in the
 * common Redis.
 */
public record SpaceSettings(
    Space space,
    RedisUrl redisUrl,
    List<RedisAddress> cluster,
    int database,
    SessionSettings.Policy sessions,
    Declarations origins,
    StatusSettings.Results celery,
    String celeryControl,
    EndWords ends) {

  /** Settings below {@code ends}, by path. */
  static final List<String> END_WORDS =
      EndWords.kinds().stream()
          .flatMap(kind -> Stream.of(kind + ".done", kind + ".failed"))
          .toList();

  /** Keyspaces whose lifetime can be set. */
  static final Set<String> KEYSPACES_WITH_LIFETIME =
      Keyspaces.ALL.stream()
          .filter(keyspace -> keyspace.lifetime().counted())
          .map(Keyspace::name)
          .collect(Collectors.toCollection(TreeSet::new));

  /** Whether its keys are in the common Redis. */
  boolean isCommon() {
    return redisUrl.isNone() && cluster.isEmpty();
  }

  /** Returns an identifier of the server, equal for two spaces on the same one. */
  String server(RedisUrl common) {
    return cluster.isEmpty() ? redisUrl.or(common).server() : cluster.toString();
  }

  public static boolean isName(String name) {
    return name.matches("[a-z][a-z0-9-]{0,31}");
  }

  static SpaceSettings read(String name, SettingsReader reader, SettingsSource source) {
    if (!isName(name)) {
      reader.problem(
          "spaces."
              + name
              + ": a name must have 1 to 32 of a-z, 0-9 and -, beginning with a letter");
    }
    String path = "spaces." + name + ".";
    SpaceCaches caches = KeyspaceReading.of(path, reader, source);
    Space space =
        new Space(
            name,
            reader.prefix(path + "prefix"),
            reader.choice(
                path + "sessions",
                Dialect.class,
                List.of(Dialect.AETHERCAST, Dialect.COUNCIL, Dialect.CONTENT)),
            reader.size(path + "max-value-size", 1 << 10, 64 << 20),
            reader.number(path + "max-members", 1, 1_000_000),
            lifetimes(path + "ttl.", caches, reader, source),
            caches);
    Declarations origins = CacheReading.declarations(path, space, reader, source);
    return new SpaceSettings(
        space,
        reader.redisUrl(path + "redis-url"),
        AddressReading.cluster(reader, path + "redis-cluster"),
        reader.number(path + "database", 0, 65535),
        sessions(path, space, reader, origins),
        origins,
        reader.choice(path + "celery", Results.class, List.of(Results.values())),
        reader.prefix(path + "celery-control"),
        new EndWords(
            ends(path + "ends.", ".done", reader, source),
            ends(path + "ends.", ".failed", reader, source)));
  }

  private static Map<String, List<String>> ends(
      String path, String end, SettingsReader reader, SettingsSource source) {
    Map<String, List<String>> words = new LinkedHashMap<>();
    for (String kind : EndWords.kinds()) {
      String setting = path + kind + end;
      if (source.has(setting)) {
        words.put(kind, reader.patterns(setting));
      }
    }
    return words;
  }

  private static SessionSettings.Policy sessions(
      String path, Space space, SettingsReader reader, Declarations origins) {
    return new SessionSettings.Policy(
        new Cap(
            reader.number(path + "max-user-sessions", 0, 100_000),
            reader.choice(path + "when-too-many", Cap.Rule.class, List.of(Cap.Rule.values()))),
        reader.number(path + "max-history-messages", 0, 1_000_000),
        // Only an explicit setting counts: built-in tables do not record which sessions were ended.
        !origins.byKeyspace().getOrDefault("session", "none").equalsIgnoreCase("none"),
        reader.number(path + "max-user-streams", 0, 100_000),
        reader.choice(
            path + "history",
            SessionSettings.HistoryLayout.class,
            List.of(SessionSettings.HistoryLayout.values())),
        !origins.byKeyspace().getOrDefault("history", "none").equalsIgnoreCase("none"),
        nearSessions(path + "near-sessions", space, reader));
  }

  /** Reads how long sessions are served from memory; they expire earlier by up to that time. */
  private static Duration nearSessions(String path, Space space, SettingsReader reader) {
    Duration near = reader.duration(path, Duration.ZERO);
    Duration longest = new RedisSessionKeys(space).lifetime().dividedBy(2);
    if (near.compareTo(longest) > 0) {
      reader.wrong(
          path,
          "at most half of the sessions' lifetime, which is %d s".formatted(longest.toSeconds()));
    }
    return near;
  }

  private static Map<String, Duration> lifetimes(
      String path, SpaceCaches caches, SettingsReader reader, SettingsSource source) {
    Set<String> known = KeyspaceReading.known(KEYSPACES_WITH_LIFETIME, caches);
    Map<String, Duration> lifetimes = new LinkedHashMap<>();
    for (Setting setting : source.below(path)) {
      String name = setting.path().substring(path.length());
      if (known.contains(name)) {
        lifetimes.put(name, reader.duration(setting.path(), ofSeconds(1)));
      } else {
        reader.problem(
            "%s (%s): no keyspace with a lifetime has this name; %s"
                .formatted(
                    setting.path(), setting.source(), KeyspaceReading.near(name, known, caches)));
      }
    }
    return lifetimes;
  }
}
