package io.aetherkeep.session.store;

import io.vertx.core.Future;
import java.util.List;

/** Finds the ids of all sessions in a space, whoever wrote them, a bounded step at a time. */
public interface Listing {

  /** Goes on from a cursor, the empty one first. */
  Future<Page> page(String cursor, int about);

  /** Ids, and the next cursor, which is empty at the end. */
  record Page(List<String> ids, String next) {}
}
