package io.aetherkeep.launcher.migrate;

import io.aetherkeep.catalogue.Keyspaces;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Mapping of key names from source to target: replaces the prefix, also inside hash tags, and
 * converts names between a cluster and a single server.
 *
 * @param cluster whether the target is a cluster
 */
record KeyMapping(String fromPrefix, String toPrefix, boolean cluster) {

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

  /** Returns the target's name of a key; empty if it is not copied. */
  Optional<MovedKey> map(String key) {
    return key.startsWith(fromPrefix) && !isTransient(key.substring(fromPrefix.length()))
        ? Optional.of(new MovedKey(key, toPrefix + moved(key.substring(fromPrefix.length()))))
        : Optional.empty();
  }

  /** Whether a key, without its prefix, belongs to running nodes and lives only for seconds. */
  static boolean isTransient(String own) {
    return TRANSIENT.stream().anyMatch(own::startsWith);
  }

  private String moved(String own) {
    if (cluster && own.startsWith(WINDOW)) {
      return WINDOW_BESIDE + toPrefix + PROVIDER + own.substring(WINDOW.length()) + "}";
    }
    String beside = WINDOW_BESIDE + fromPrefix + PROVIDER;
    if (!cluster && own.startsWith(beside) && own.endsWith("}")) {
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
