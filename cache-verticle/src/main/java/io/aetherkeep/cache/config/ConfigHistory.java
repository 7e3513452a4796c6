package io.aetherkeep.cache.config;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was done to configurations, and the one way to do it. */
public interface ConfigHistory {

  /**
   * A version as it is kept.
   *
   * @param value none where it was removed
   * @param diff from the version before; kept with old versions only, else compared when listed
   */
  record Version(
      long number, String at, String by, @Nullable Document value, @Nullable Document diff) {}

  /**
   * Some versions, the newest first.
   *
   * @param toTheEnd whether the last is the oldest that is still known
   */
  record Page(List<Version> versions, boolean toTheEnd) {}

  /**
   * What a change came to.
   *
   * @param number of the version that it made; 0 where there was nothing to remove
   * @param replaced whether there was something before
   */
  record Changed(long number, boolean replaced) {}

  /**
   * Makes a change, or none at all where the condition does not hold; without a condition it also
   * replaces what cannot be read.
   *
   * @param value none to remove it
   * @return nothing where the condition does not hold
   */
  Future<@Nullable Changed> change(
      Key<Document> key, Condition<Document> condition, @Nullable Document value, String by);

  /** A change that a system of record has made. */
  record Elsewhere(@Nullable Document before, @Nullable Document value, long number, String by) {}

  /**
   * Notes a change that is made in a system of record.
   *
   * @return its number here, which is the system of record's or a higher one
   */
  Future<Long> noteElsewhere(Key<Document> key, Elsewhere change);

  /** Drops what is here, for a system of record has another by now, and tells those with copies. */
  Future<Void> drop(Key<Document> key);

  /**
   * What is there now.
   *
   * @param there whether anything is
   * @param value none where it cannot be read
   * @param newest the newest version that is noted, without its value
   * @param noted whether that version is what is there
   */
  record Present(
      boolean there, @Nullable Document value, @Nullable Version newest, boolean noted) {}

  /** Reads what is there now, and what was noted of it last. */
  Future<Present> present(Key<Document> key);

  /**
   * Reads versions, at least two where there are as many, and more as long as they are not large.
   *
   * @param from numbers up to this
   */
  Future<Page> read(Key<Document> key, long from, int most);

  /**
   * The key of its versions, without the space's prefix: a configuration that was removed has it.
   */
  String versionsOf(Key<Document> key);
}
