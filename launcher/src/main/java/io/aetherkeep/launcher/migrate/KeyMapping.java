package io.aetherkeep.launcher.migrate;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.status.settings.StatusKind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Mapping of key names from source to target: replaces the prefix, also inside hash tags, and
 * converts names between a cluster and a single server.
 */
final class KeyMapping {

  private static final List<String> BEGINNINGS =
      Keyspaces.ALL.stream()
          .map(keyspace -> keyspace.pattern().beginning())
          .distinct()
          .sorted(Comparator.comparing(String::length).reversed())
          .toList();

  /** Beginnings before a hash tag, which contains the name of another key with its prefix. */
  private static final List<String> BESIDE =
      BEGINNINGS.stream().filter(beginning -> beginning.endsWith("{")).toList();

  /** Keys that live for seconds and belong to running nodes of the source. */
  private static final List<String> TRANSIENT =
      List.of(
          Keyspaces.CANARIES.pattern().beginning(),
          Keyspaces.SELF_TESTS.pattern().beginning(),
          Keyspaces.CLAIMS.pattern().beginning(),
          Keyspaces.LOADS.pattern().beginning());

  private static final String WINDOW = Keyspaces.PROVIDER_WINDOWS.pattern().beginning();
  private static final String WINDOW_BESIDE =
      Keyspaces.PROVIDER_WINDOWS_BESIDE.pattern().beginning();
  private static final String PROVIDER = Keyspaces.PROVIDERS.pattern().beginning();

  /**
   * Index of a whole space in a migration: one key on a server, parts on a cluster. The names of
   * the parts depend on the prefix.
   *
   * @param source its one key in the source, which a cluster has too until a node moves its members
   * @param target its one key in the target
   * @param from its keys in the source
   * @param to its keys in the target
   */
  record SpaceIndex(String source, String target, List<String> from, List<String> to) {

    private static final List<String> NAMES =
        Stream.concat(
                Keyspaces.ALL.stream()
                    .map(Keyspace::pattern)
                    .filter(pattern -> pattern.variables().equals(List.of("part")))
                    .map(pattern -> pattern.beginning().replaceFirst(":$", "")),
                StatusKind.ALL.stream()
                    .map(kind -> Keyspaces.STATUS_UNDERWAY.pattern().around(kind.text())))
            .toList();

    /** Names of all indexes, without a prefix. */
    static List<String> names() {
      return NAMES;
    }

    static SpaceIndex of(String source, boolean fromCluster, String target, boolean toCluster) {
      return new SpaceIndex(source, target, keys(source, fromCluster), keys(target, toCluster));
    }

    private static List<String> keys(String index, boolean cluster) {
      return cluster ? RedisIndexParts.onCluster(index) : List.of(index);
    }

    /**
     * Whether its parts are one key in the target. In the other direction, the nodes of the target
     * move the members of the one key to the parts.
     */
    boolean isMerged() {
      return from.size() > to.size();
    }

    /** All keys of the source that may have members. */
    List<String> sources() {
      return Stream.concat(from.stream(), Stream.of(source)).distinct().toList();
    }
  }

  private final String fromPrefix;
  private final String toPrefix;
  private final boolean toCluster;

  /** Merged indexes, by each of their keys in the source. */
  private final Map<String, SpaceIndex> merged = new LinkedHashMap<>();

  /** The target's name of each other key of an index in the source. */
  private final Map<String, String> parts = new HashMap<>();

  /**
   * Creates a mapping.
   *
   * @param fromCluster whether the source is a cluster
   * @param toCluster whether the target is a cluster
   */
  KeyMapping(String fromPrefix, String toPrefix, boolean fromCluster, boolean toCluster) {
    this.fromPrefix = fromPrefix;
    this.toPrefix = toPrefix;
    this.toCluster = toCluster;
    for (String name : SpaceIndex.names()) {
      SpaceIndex index = SpaceIndex.of(fromPrefix + name, fromCluster, toPrefix + name, toCluster);
      if (index.isMerged()) {
        index.sources().forEach(key -> merged.put(key, index));
      } else if (index.from().size() == index.to().size()) {
        for (int i = 0; i < index.from().size(); i++) {
          parts.put(index.from().get(i), index.to().get(i));
        }
      }
    }
  }

  String fromPrefix() {
    return fromPrefix;
  }

  /** The indexes whose parts are one key in the target. */
  List<SpaceIndex> merged() {
    return merged.values().stream().distinct().toList();
  }

  /** Returns the target's name of a key; empty if it is not copied by itself. */
  Optional<MovedKey> map(String key) {
    if (!key.startsWith(fromPrefix) || merged.containsKey(key)) {
      return Optional.empty();
    }
    String own = key.substring(fromPrefix.length());
    String part = parts.get(key);
    return isTransient(own)
        ? Optional.empty()
        : Optional.of(new MovedKey(key, part == null ? toPrefix + moved(own) : part));
  }

  /** Whether a key, without its prefix, belongs to running nodes and lives only for seconds. */
  static boolean isTransient(String own) {
    return TRANSIENT.stream().anyMatch(own::startsWith);
  }

  private String moved(String own) {
    if (toCluster && own.startsWith(WINDOW)) {
      return WINDOW_BESIDE + toPrefix + PROVIDER + own.substring(WINDOW.length()) + "}";
    }
    String beside = WINDOW_BESIDE + fromPrefix + PROVIDER;
    if (!toCluster && own.startsWith(beside) && own.endsWith("}")) {
      return WINDOW + own.substring(beside.length(), own.length() - 1);
    }
    for (String beginning : BESIDE) {
      if (own.startsWith(beginning + fromPrefix)) {
        return beginning + toPrefix + own.substring(beginning.length() + fromPrefix.length());
      }
    }
    return own;
  }

  /**
   * Returns the beginning that all keys of a key's keyspace share; the key is given without its
   * prefix.
   */
  static String beginning(String own) {
    return BEGINNINGS.stream().filter(own::startsWith).findFirst().orElse("other");
  }
}
