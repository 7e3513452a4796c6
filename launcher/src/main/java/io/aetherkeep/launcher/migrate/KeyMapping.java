package io.aetherkeep.launcher.migrate;

import io.aetherkeep.catalogue.Keyspaces;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Names of keys in the target: with another prefix, also inside the hash tags of the keys beside
 * others, and in the layout of a cluster or of a single server.
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

  private static final List<String> BESIDE =
      BEGINNINGS.stream().filter(beginning -> beginning.endsWith("{")).toList();

  /** What lives for seconds, and tells of the nodes at work on the source. */
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

  /** The target's name of a source's key; empty for what is not copied. */
  Optional<MovedKey> map(String key) {
    return key.startsWith(fromPrefix) && !isTransient(key.substring(fromPrefix.length()))
        ? Optional.of(new MovedKey(key, toPrefix + moved(key.substring(fromPrefix.length()))))
        : Optional.empty();
  }

  /** Whether a key, without its prefix, is of use for seconds only. */
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

  /** The beginning that a key, without its prefix, shares with others of its keyspace. */
  static String beginning(String own) {
    return BEGINNINGS.stream().filter(own::startsWith).findFirst().orElse("other");
  }
}
