package io.aetherkeep.cache.index;

import io.aetherkeep.catalogue.OverviewAsks.RedisKey;
import io.aetherkeep.keyspace.Layout;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Scan of a space's keys, in batches. */
public interface KeyScan {

  /**
   * Walks the keys that match a glob, and reads the next batch when the one before is processed. A
   * key may occur twice while Redis rehashes.
   */
  Future<Void> walk(String glob, Function<List<String>, Future<?>> batch);

  /**
   * A page of keys.
   *
   * @param next cursor of the next page; null on the last page
   */
  record Page(List<String> keys, @Nullable String next) {}

  /**
   * Reads a page of about {@code about} keys that match a glob. A key may occur twice while Redis
   * rehashes.
   *
   * @param cursor {@code next} of the page before; null for the first page
   */
  Future<Page> page(String glob, @Nullable String cursor, int about);

  /**
   * A batch of keys.
   *
   * @param entries keys that exist
   * @param beside keys, existing or not, that have a companion key: a claim of a load, a stale
   *     copy, or a marker that the origin has nothing
   */
  record Batch(List<String> entries, List<String> beside) {}

  /** Walks the keys that match a glob and exist, or of which a companion key exists. */
  Future<Void> scanWithCompanions(String glob, Function<Batch, Future<?>> batch);

  /** Ends the loads of these keys, and removes stale copies and absence markers. */
  Future<Void> forgetBeside(List<String> keys);

  /** Walks the keys of a keyspace that are being loaded. */
  Future<Void> walkLoads(String keyspace, Function<List<String>, Future<?>> batch);

  /** Removes keys and their companion keys; returns how many keys existed. */
  Future<Long> remove(List<String> keys);

  Future<Long> count(List<String> keys);

  /** Reads type, size and lifetime of the keys that exist; their names have no prefix. */
  Future<List<RedisKey>> facts(List<String> keys);

  /** The total size of their values in bytes. */
  Future<Long> bytes(List<String> keys, Layout layout);
}
