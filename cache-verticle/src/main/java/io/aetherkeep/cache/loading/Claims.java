package io.aetherkeep.cache.loading;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Leases on loads: an entry is loaded by one node at a time, and what it loaded is stored only if
 * nobody wrote, removed or invalidated the entry meanwhile, which ends the lease.
 */
public interface Claims {

  /** How an entry stands. */
  enum State {
    /** It has been stored meanwhile. */
    THERE,
    /** Whoever asked is to load it. */
    MINE,
    /** It was not loaded from an origin, and so is not renewed. */
    FREE,
    /** The holder of the token loads it. */
    TAKEN,
    /** The origin has lately had nothing. */
    ABSENT,
    /** The origin has lately failed. */
    FAILED
  }

  /**
   * A value that is over.
   *
   * @param since for how long
   * @param whileRevalidating for how long it may be served at once while it is renewed
   * @param ifError for how long it may be served while it cannot be renewed
   */
  record Stale(Document value, Duration since, Duration whileRevalidating, Duration ifError) {

    boolean isGoodWhileRevalidating() {
      return since.compareTo(whileRevalidating) < 0;
    }

    boolean isGoodIfError() {
      return isGoodWhileRevalidating() || since.compareTo(ifError) < 0;
    }
  }

  /**
   * The answer to a claim.
   *
   * @param token of who loads it
   */
  record Standing(State state, String token, @Nullable Stale stale) {}

  /** Claims a missing entry, for a while. */
  Future<Standing> claim(Key<Document> key, String token, Duration hold);

  /** Claims an entry that is there and shall be renewed, if it came from an origin. */
  Future<Standing> claimRenewal(Key<Document> key, String token, Duration hold);

  /** To be called before the origin is asked, so that invalidations find the load. */
  Future<Void> announce(Key<Document> key, Duration hold);

  /** Stores what was loaded, over nothing or {@code before}, unless the claim was lost. */
  Future<Boolean> settle(
      Key<Document> key,
      String token,
      Document value,
      Freshness freshness,
      @Nullable Document before);

  /** Says for a while that there is nothing, or that it cannot be told. */
  Future<Boolean> settle(Key<Document> key, String token, State state, Duration hold);

  /** Whoever loads it now is not to store it: a newer value is on its way. */
  Future<Void> revoke(Key<Document> key);
}
