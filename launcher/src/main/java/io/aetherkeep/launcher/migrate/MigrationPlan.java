package io.aetherkeep.launcher.migrate;

import io.aetherkeep.redis.target.RedisTarget;
import java.nio.file.Path;

/**
 * Plan of a migration.
 *
 * @param fromPrefix prefix of the keys to copy; all keys if empty
 * @param toPrefix the prefix's replacement
 * @param state directory with the position and the copied names
 */
public record MigrationPlan(
    RedisTarget from,
    RedisTarget to,
    String fromPrefix,
    String toPrefix,
    Path state,
    Options options) {

  /**
   * Options of a migration.
   *
   * @param keysPerSecond limit of the copy; 0 for none
   * @param dryRun whether to write nothing
   * @param byType whether to copy values by commands of their type, without RESTORE
   * @param overwrite whether the target may already have keys with the prefix
   */
  public record Options(int keysPerSecond, boolean dryRun, boolean byType, boolean overwrite) {}

  /** Identity of the migration, without credentials. */
  String identity() {
    return from.address()
        + " "
        + from.database()
        + " '"
        + fromPrefix
        + "' > "
        + to.address()
        + " "
        + to.database()
        + " '"
        + toPrefix
        + "'";
  }
}
