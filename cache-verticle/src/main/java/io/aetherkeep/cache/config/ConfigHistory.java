package io.aetherkeep.cache.config;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Version history of configurations, and the only way to change them in Redis. */
public interface ConfigHistory {

  /**
   * A stored version.
   *
   * @param value null if this version removed the configuration
   * @param diff difference from the version before; stored only with versions of earlier releases,
   *     otherwise computed for each listing
   */
  record Version(
      long number, String at, String by, @Nullable Document value, @Nullable Document diff) {}

  /**
   * A page of versions, newest first.
   *
   * @param toTheEnd whether the page ends with the oldest stored version
   */
  record Page(List<Version> versions, boolean toTheEnd) {}

  /**
   * Result of a change.
   *
   * @param number number of the new version; 0 if there was nothing to remove
   * @param replaced whether a value existed before
   */
  record Changed(long number, boolean replaced) {}

  /**
   * Changes a configuration if the condition holds. Without a condition it also replaces an
   * unreadable value.
   *
   * @param value null to remove the configuration
   * @return null if the condition does not hold
   */
  Future<@Nullable Changed> change(
      Key<Document> key, Condition<Document> condition, @Nullable Document value, String by);

  /** A change made in a system of record. */
  record Elsewhere(@Nullable Document before, @Nullable Document value, long number, String by) {}

  /**
   * Records the version of a change that is being made in a system of record.
   *
   * @return the number of the version in Redis: that of the system of record, or a higher one
   */
  Future<Long> noteElsewhere(Key<Document> key, Elsewhere change);

  /**
   * Drops the copy in Redis after a system of record changed, and so invalidates the near caches.
   */
  Future<Void> drop(Key<Document> key);

  /**
   * Announces a change that another service made to the outbox of the space, once among all nodes.
   *
   * @param value null if it was removed
   */
  Future<Void> announce(Key<Document> key, @Nullable Document value);

  /**
   * Current state of a configuration in Redis.
   *
   * @param there whether the key exists
   * @param value null if the value is unreadable
   * @param newest newest recorded version, without its value
   * @param noted whether that version describes the current value
   */
  record Present(
      boolean there, @Nullable Document value, @Nullable Version newest, boolean noted) {}

  /** Reads the current value and the newest recorded version. */
  Future<Present> present(Key<Document> key);

  /**
   * Reads versions: at least two if they exist, and more while the page stays small.
   *
   * @param from highest number to read
   */
  Future<Page> read(Key<Document> key, long from, int most);

  /**
   * The key of the version list, without the space's prefix. It exists also for a removed
   * configuration.
   */
  String versionsOf(Key<Document> key);
}
