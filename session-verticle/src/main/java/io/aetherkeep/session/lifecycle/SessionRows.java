package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.aetherkeep.document.LimitedBytes;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.Listing;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads of the rows of many sessions. A row needs a few fields of a session that may be large, so
 * sessions are read in groups, of each group only the rows are kept, and a page ends early once
 * some MiB have been read.
 */
final class SessionRows {

  /** How many sessions are read at once. */
  private static final int AT_ONCE = 50;

  private SessionRows() {}

  /**
   * Row of a session, and what decides whether a list shows it.
   *
   * @param isCopy whether it is the copy of a rotation that is under way
   * @param bytes size of the session in bytes
   */
  record ListedSession(SessionRow row, String owner, boolean isCopy, int bytes) {

    static ListedSession of(StoredSession session) {
      return new ListedSession(
          session.row(), session.owner(), session.facts().from() != null, session.body().size());
    }
  }

  /**
   * The first of many sessions.
   *
   * @param read how many ids were read
   */
  record First(List<ListedSession> sessions, int read) {}

  /** Reads sessions in order, until all are read or they reach the maximum size of an answer. */
  static Future<First> first(SessionSpace space, List<String> ids) {
    List<ListedSession> sessions = new ArrayList<>();
    return LimitedBytes.read(
            ids, AT_ONCE, some -> read(space, some).onSuccess(sessions::addAll), SessionRows::bytes)
        .map(read -> new First(sessions, read));
  }

  /**
   * Reads a page of all sessions of a space.
   *
   * @param limit about how many sessions it has
   * @param each answers a session as it is listed; empty to leave it out
   */
  static Future<SessionList> scan(
      SessionSpace space,
      String cursor,
      int limit,
      Function<StoredSession, Future<Optional<StoredSession>>> each) {
    return new Scan(space, limit, each).step(cursor, Scan.FIRST_KEYS);
  }

  private static long bytes(List<ListedSession> sessions) {
    return sessions.stream().mapToLong(ListedSession::bytes).sum();
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

  /**
   * One page of a scan of a space. It takes whole steps of the scan, the first of them small: the
   * sizes of its sessions, and how many of the keys are sessions, tell how large the next may be.
   * The page ends when it has the requested number of sessions, or some MiB of them have been read.
   */
  private static final class Scan {

    private static final int FIRST_KEYS = 10;
    private static final int MOST_KEYS = 1000;

    /** How much larger than the step before a step may be. */
    private static final int GROWTH = 4;

    /** Limit of steps, for databases in which few keys are sessions. */
    private static final int MOST_STEPS = 50;

    private final SessionSpace space;
    private final int limit;
    private final Function<StoredSession, Future<Optional<StoredSession>>> each;
    private final Set<String> ids = new HashSet<>();
    private final List<SessionRow> rows = new ArrayList<>();
    private long visited;
    private long bytes;
    private int steps;

    Scan(
        SessionSpace space,
        int limit,
        Function<StoredSession, Future<Optional<StoredSession>>> each) {
      this.space = space;
      this.limit = limit;
      this.each = each;
    }

    private Future<SessionList> step(String cursor, int keys) {
      return space
          .listing()
          .step(cursor, keys)
          .compose(found -> read(found).map(found.next()))
          .compose(
              next -> {
                visited += keys;
                steps++;
                boolean isFull = ids.size() >= limit || bytes >= LimitedBytes.MOST;
                return next.isEmpty() || isFull || steps >= MOST_STEPS
                    ? Future.succeededFuture(new SessionList(rows, next.isEmpty() ? null : next))
                    : step(next, nextKeys(keys));
              });
    }

    private Future<Void> read(Listing.Page found) {
      List<String> fresh = found.ids().stream().filter(ids::add).toList();
      return SessionRows.read(space, fresh, each)
          .onSuccess(
              sessions -> {
                bytes += SessionRows.bytes(sessions);
                sessions.stream().map(ListedSession::row).forEach(rows::add);
              })
          .mapEmpty();
    }

    /** How many keys to visit for the sessions that still fit. */
    private int nextKeys(int keys) {
      long wanted = (long) limit - ids.size();
      if (bytes > 0) {
        wanted = Math.min(wanted, (LimitedBytes.MOST - bytes) * ids.size() / bytes);
      }
      long next = ids.isEmpty() ? MOST_KEYS : wanted * visited / ids.size();
      long most = Math.min(MOST_KEYS, (long) GROWTH * keys);
      return (int) Math.max(FIRST_KEYS, Math.min(next, most));
    }
  }
}
