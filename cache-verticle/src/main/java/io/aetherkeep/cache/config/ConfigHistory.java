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
   * A change of one configuration.
   *
   * @param value null to remove the configuration
   */
  record Change(Key<Document> key, Condition<Document> condition, @Nullable Document value) {}

  /**
   * Result of changes.
   *
   * @param number number of the new version of all; 0 if there was nothing to remove
   * @param replaced of each change, whether a value existed before
   */
  record Changed(long number, List<Boolean> replaced) {

    public Changed {
      replaced = List.copyOf(replaced);
    }
  }

  /** Whether several configurations can be changed at once. */
  boolean takesSeveral();

  /**
   * Changes configurations if all conditions hold, else none, and fails with a conflict. Without a
   * condition it also replaces an unreadable value.
   */
  Future<Changed> change(List<Change> changes, String by);

  /** A change made in a system of record. */
  record Elsewhere(Key<Document> key, @Nullable Document before, @Nullable Document value) {}

  /**
   * Records the version of changes that are being made in a system of record.
   *
   * @param number number of the version in the system of record
   * @return the number of the version in Redis: the same, or a higher one
   */
  Future<Long> recordExternalChanges(List<Elsewhere> changes, long number, String by);

  /**
   * Drops the copy in Redis after a system of record changed, and so invalidates the near caches.
   */
  Future<Void> drop(Key<Document> key);

  /**
   * Appends a change by another service to the outbox of the space, once among all nodes.
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
