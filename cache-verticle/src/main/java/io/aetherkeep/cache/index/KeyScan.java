package io.aetherkeep.cache.index;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Scan of a space's keys, in batches. */
public interface KeyScan {

  /**
   * Walks the keys like a glob, one batch after the other, each when the one before is done with. A
   * key may come twice while Redis rehashes.
   */
  Future<Void> walk(String glob, Function<List<String>, Future<?>> batch);

  /**
   * A page of keys.
   *
   * @param next the cursor of the next page; none with the last
   */
  record Page(List<String> keys, @Nullable String next) {}

  /**
   * Reads a page of keys like a glob, of about so many. A key may come twice while Redis rehashes.
   *
   * @param cursor the {@code next} of the page before; none for the first
   */
  Future<Page> page(String glob, @Nullable String cursor, int about);

  /**
   * A part of a walk.
   *
   * @param entries keys that are there
   * @param beside keys that may not be there, but beside which something is: a load under way, a
   *     stale copy, that there is nothing
   */
  record Batch(List<String> entries, List<String> beside) {}

  /** Walks the keys like a glob and those beside which something is. */
  Future<Void> walkWithBeside(String glob, Function<Batch, Future<?>> batch);

  /** Ends loads under way of these keys, and forgets stale copies and that there is nothing. */
  Future<Void> forgetBeside(List<String> keys);

  /** Walks the keys of a keyspace that are being loaded. */
  Future<Void> walkLoads(String keyspace, Function<List<String>, Future<?>> batch);

  /** Removes keys with what is noted beside them; answers how many were there. */
  Future<Long> remove(List<String> keys);

  Future<Long> count(List<String> keys);

  /** The sizes of their values in bytes, in all. */
  Future<Long> bytes(List<String> keys);
}
