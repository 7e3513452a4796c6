package io.aetherkeep.session.store;

import io.vertx.core.Future;
import java.util.List;

/**
 * Paged listing of the ids of all sessions in a space, including those that other services wrote.
 */
public interface Listing {

  /** Reads a page from a cursor; the cursor of the first page is empty. */
  Future<Page> page(String cursor, int about);

  /**
   * Reads what a single step of the scan finds. Its keys are a random sample of the space's.
   *
   * @param keys about how many keys the step visits
   */
  Future<Page> step(String cursor, int keys);

  /** Ids, and the next cursor, which is empty at the end. */
  record Page(List<String> ids, String next) {}
}
