package io.aetherkeep.cache;

import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who loads what, among all nodes: an entry is loaded by one of them at a time. */
interface Claims {

  /** How an entry stands. */
  enum State {
    /** It has been stored meanwhile. */
    THERE,
    /** Whoever asked is to load it. */
    MINE,
    /** Nobody loads it, and whoever asked only looked. */
    FREE,
    /** Somebody loads it. */
    TAKEN,
    /** The origin has lately had nothing. */
    ABSENT,
    /** The origin has lately failed. */
    FAILED
  }

  /** A value that is over. */
  record Stale(Document value, Duration since) {}

  /** The answer to a claim. */
  record Standing(State state, String token, @Nullable Stale stale) {}

  /**
   * Claims a missing entry.
   *
   * @param hold for how long; zero only looks
   */
  Future<Standing> claim(Key<Document> key, Duration hold);

  /** Claims an entry that is there and shall be renewed. */
  Future<Standing> claimRenewal(Key<Document> key, Duration hold);

  /** Stores what was loaded, over nothing or {@code before}, unless the claim was lost. */
  Future<Boolean> settle(
      Key<Document> key,
      String token,
      Document value,
      Duration lifetime,
      @Nullable Document before);

  /** Says for a while that there is nothing, or that it cannot be told. */
  Future<Boolean> settle(Key<Document> key, String token, State state, Duration hold);

  /** Whoever loads it now is not to store it: a newer value is on its way. */
  Future<Void> revoke(Key<Document> key);
}
