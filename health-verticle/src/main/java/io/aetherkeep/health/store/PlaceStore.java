package io.aetherkeep.health.store;

import io.vertx.core.Future;

/**
 * Store of the places for disabled providers in the groups of one space. A provider has one place,
 * however many claims it has.
 */
public interface PlaceStore {

  /**
   * Claims a place; returns whether one was free.
   *
   * @param claim identity of a claim that may be released; empty for one that is not
   * @param until end of the claim, in ms since 1970
   * @param places number of places of the group
   */
  Future<Boolean> claim(String group, String id, String claim, long until, int places);

  /** Releases one claim; the provider keeps its place while it has another. */
  Future<Void> release(String group, String id, String claim);

  /** Releases the claims of a provider, except those that end at that time or later. */
  Future<Void> leave(String group, String id, long claimedAnew);
}
