package io.aetherkeep.cache.loading;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Leases on loads. One node at a time loads an entry, and stores the result only while it holds the
 * lease: a write, removal or invalidation of the entry ends it.
 */
public interface Claims {

  /**
   * Beginning of the tokens of renewals. A renewal begins while its entry exists, so a later
   * removal ends its lease, also one by another service, which does not know of it.
   */
  String RENEWAL = "renewal-";

  /** State of an entry. */
  enum State {
    /** The entry has been stored in the meantime. */
    THERE,
    /** The caller holds the lease and loads the entry. */
    MINE,
    /** The entry was not loaded from an origin, so it is not renewed. */
    FREE,
    /** The holder of the token loads the entry. */
    TAKEN,
    /** The origin recently had no such entry. */
    ABSENT,
    /** The origin recently failed. */
    FAILED
  }

  /**
   * An expired value.
   *
   * @param since time since it expired
   * @param whileRevalidating how long it may be served while it is renewed
   * @param ifError how long it may be served while the origin fails
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
   * Answer to a claim.
   *
   * @param token token of the lease's holder
   */
  record Standing(State state, String token, @Nullable Stale stale) {}

  /** Claims the load of a missing entry for the time {@code hold}. */
  Future<Standing> claim(Key<Document> key, String token, Duration hold);

  /** Claims the renewal of an existing entry, if it came from an origin. */
  Future<Standing> claimRenewal(Key<Document> key, String token, Duration hold);

  /**
   * Lists the load in the index that invalidations read; to be called before the origin is asked.
   */
  Future<Void> announce(Key<Document> key, Duration hold);

  /**
   * Stores a loaded value if the entry is missing, or of a renewal if it equals {@code before} or
   * expired, unless the lease is lost.
   */
  Future<Boolean> settle(
      Key<Document> key,
      String token,
      Document value,
      Freshness freshness,
      @Nullable Document before);

  /** Records for the time {@code hold} that the origin has no such entry, or failed. */
  Future<Boolean> settle(Key<Document> key, String token, State state, Duration hold);
}
