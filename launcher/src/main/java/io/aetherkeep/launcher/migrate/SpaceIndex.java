package io.aetherkeep.launcher.migrate;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.status.settings.StatusKind;
import java.util.List;
import java.util.stream.Stream;

/**
 * Index of a whole space in a migration: one key on a server, parts on a cluster. The names of the
 * parts depend on the prefix.
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
