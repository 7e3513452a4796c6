package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.space.SessionSpace;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads of the rows of many sessions. A row needs a few fields of a session that may be large, so
 * sessions are read in groups, and of each group only the rows are kept.
 */
final class SessionRows {

  /** How many sessions are read at once. */
  private static final int AT_ONCE = 50;

  private SessionRows() {}

  /**
   * Row of a session, and what decides whether a list shows it.
   *
   * @param isCopy whether it is the copy of a rotation that is under way
   */
  record ListedSession(SessionRow row, String owner, boolean isCopy) {

    static ListedSession of(StoredSession session) {
      return new ListedSession(session.row(), session.owner(), session.facts().from() != null);
    }
  }

  /** Reads those sessions that exist and can be read. */
  static Future<List<ListedSession>> read(SessionSpace space, List<String> ids) {
    return read(space, ids, found -> Future.succeededFuture(Optional.of(found)));
  }

  /**
   * Reads those sessions that exist and can be read.
   *
   * @param each answers a session as it is listed; empty to leave it out
   */
  static Future<List<ListedSession>> read(
      SessionSpace space,
      List<String> ids,
      Function<StoredSession, Future<Optional<StoredSession>>> each) {
    return Groups.each(ids, AT_ONCE, id -> row(space, id, each))
        .map(rows -> rows.stream().flatMap(Optional::stream).toList());
  }

  private static Future<Optional<ListedSession>> row(
      SessionSpace space,
      String id,
      Function<StoredSession, Future<Optional<StoredSession>>> each) {
    return readOrSkip(space, id)
        .compose(found -> found.isEmpty() ? Future.succeededFuture(found) : each.apply(found.get()))
        .map(found -> found.map(ListedSession::of));
  }

  /** Reads a session, and skips it where it cannot be read, so that it does not hide others. */
  static Future<Optional<StoredSession>> readOrSkip(SessionSpace space, String id) {
    return space.store().peek(id).recover(SessionRows::skipUnreadable);
  }

  static Future<Optional<StoredSession>> skipUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture(Optional.empty())
        : Future.failedFuture(thrown);
  }
}
