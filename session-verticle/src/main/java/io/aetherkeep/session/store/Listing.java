package io.aetherkeep.session.store;

import io.vertx.core.Future;
import java.util.List;

/**
 * Paged listing of the ids of all sessions in a space, including those that other services wrote.
 */
public interface Listing {

  /** Reads on from a cursor; the first one is empty. */
  Future<Page> page(String cursor, int about);

  /** Ids, and the next cursor, which is empty at the end. */
  record Page(List<String> ids, String next) {}
}
