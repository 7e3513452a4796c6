package io.aetherkeep.launcher.migrate;

import io.aetherkeep.redis.target.RedisTarget;
import java.nio.file.Path;

/**
 * What to migrate.
 *
 * @param fromPrefix prefix of the keys to copy; all keys if empty
 * @param toPrefix prefix that they get instead
 * @param state directory that remembers how far it came
 */
public record MigrationPlan(
    RedisTarget from,
    RedisTarget to,
    String fromPrefix,
    String toPrefix,
    Path state,
    Options options) {

  /**
   * How to migrate.
   *
   * @param keysPerSecond limit of the copy; 0 for none
   * @param dryRun whether nothing is written
   * @param byType whether values are copied by the commands of their type, without RESTORE
   * @param overwrite whether the target may have keys of that prefix already
   */
  public record Options(int keysPerSecond, boolean dryRun, boolean byType, boolean overwrite) {}

  /** Identifies the migration, without credentials. */
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
