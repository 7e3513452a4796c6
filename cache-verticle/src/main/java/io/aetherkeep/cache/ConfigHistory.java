package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was done to configurations, and the one way to do it. */
interface ConfigHistory {

  /**
   * A change as it is kept.
   *
   * @param value none where it was removed
   */
  record Noted(String at, String by, @Nullable Document value, Document diff) {}

  /** A change and its number. */
  record Numbered(long number, Noted change) {}

  /**
   * Makes a change, if what is there is still what it was.
   *
   * @return its number, or 0 where somebody was faster
   */
  Future<Long> change(Key<Document> key, @Nullable Document before, Noted change);

  /** Notes a change that a system of record has made, so that what is here is outdated. */
  Future<Long> noteElsewhere(Key<Document> key, long number, Noted change);

  /** The changes that are still known, the newest first. */
  Future<List<Numbered>> list(Key<Document> key);
}
