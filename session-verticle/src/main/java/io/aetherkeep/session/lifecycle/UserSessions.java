package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.aetherkeep.catalogue.SessionListAsks.SessionStats;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.layout.SessionLayout;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.lifecycle.SearchRequest.Target;
import io.aetherkeep.session.lifecycle.SessionRows.ListedSession;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.UserIndex.Entry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Service that lists and ends sessions of one user or of all. A list never shows ended sessions.
 */
public final class UserSessions {

  /** Latest activity first: ISO-8601 in one zone sorts by time. */
  private static final Comparator<SessionRow> LATEST_FIRST =
      Comparator.comparing(
              SessionRow::lastActivityAt, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
          .reversed();

  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;

  /** How many sessions are read at once, and ended at once if they are large. */
  private static final int AT_ONCE = 50;

  /** How many small sessions are ended at once, which takes Redis a few milliseconds. */
  private static final int MOST_AT_ONCE = 200;

  /** Total bytes up to which the sessions of a page count as small. */
  private static final long SMALL = 64 << 10;

  private final PerSpace<SessionSpace> spaces;
  private final SessionEnd endings;
  private final ForeignSearch foreign;
  private final Activity activity;

  public UserSessions(
      PerSpace<SessionSpace> spaces, SessionEnd endings, ForeignSearch foreign, Activity activity) {
    this.foreign = foreign;
    this.spaces = spaces;
    this.endings = endings;
    this.activity = activity;
  }

  /**
   * Lists a user's sessions from the newest to the oldest, an order that use does not change.
   * Within a page the latest active come first.
   */
  public Future<SessionList> list(ListUserSessions ask) {
    SessionSpace space = spaces.of(ask.space());
    String user = SessionLayout.checkedUser(ask.userId());
    int count = limit(ask.limit());
    return space
        .users()
        .page(user, below(ask.cursor()), count)
        .compose(
            entries ->
                SessionRows.first(space, entries.stream().map(Entry::id).toList())
                    .compose(
                        first -> {
                          List<Entry> read = entries.subList(0, first.read());
                          boolean isLast = read.size() < count && read.size() == entries.size();
                          return own(space, user, read, first.sessions())
                              .map(own -> page(own, isLast ? null : read.get(read.size() - 1)));
                        }));
  }

  private static SessionList page(List<ListedSession> sessions, @Nullable Entry last) {
    return new SessionList(
        sessions.stream().map(ListedSession::row).sorted(LATEST_FIRST).toList(),
        last == null ? null : Long.toString(last.number()));
  }

  /** Keeps sessions of the user. The index forgets the others, unless they are being opened. */
  private static Future<List<ListedSession>> own(
      SessionSpace space, String user, List<Entry> entries, List<ListedSession> found) {
    List<ListedSession> own =
        found.stream().filter(session -> session.owner().equals(user)).toList();
    Set<String> ids = own.stream().map(session -> session.row().id()).collect(Collectors.toSet());
    List<Entry> others = entries.stream().filter(entry -> !ids.contains(entry.id())).toList();
    return space
        .users()
        .forget(user, others)
        .map(own.stream().filter(session -> !session.isCopy()).toList());
  }

  /**
   * Ends all sessions of a user. The log-out is stored first, so that sessions opened, rotated or
   * adopted from then on find it.
   */
  public Future<Ended> endAll(EndUserSessions ask) {
    SessionSpace space = spaces.of(ask.space());
    String user = SessionLayout.checkedUser(ask.userId());
    String except = ask.except() == null ? "" : space.layout().checkedId(ask.except());
    return adopted(space, except)
        .compose(adopted -> space.users().logOut(user, except, space.remembered()))
        .compose(
            logout ->
                SearchRequest.begun(space, new Target(user, except, logout.number()))
                    .compose(begun -> keep(space, except, logout.excepted()))
                    .compose(
                        kept ->
                            endBelow(
                                space, user, except, new Page(logout.number() + 1, AT_ONCE, 0)))
                    .compose(ended -> search(space, user, except, logout.number(), ended)));
  }

  /** Adopts the excepted session, which another service may have written, so that it is indexed. */
  private static Future<?> adopted(SessionSpace space, String except) {
    return except.isEmpty()
        ? Future.succeededFuture()
        : space.peek(except).recover(SessionRows::skipUnreadable);
  }

  /** Gives the excepted session a number after the log-out. */
  private static Future<?> keep(SessionSpace space, String except, @Nullable Long number) {
    return number == null
        ? Future.succeededFuture()
        : SessionRows.readOrSkip(space, except)
            .compose(
                found ->
                    found.isEmpty()
                        ? Future.succeededFuture()
                        : space.store().adopt(found.get(), number));
  }

  /**
   * The sessions to end next.
   *
   * @param below limit of their numbers
   * @param size how many to end at once
   * @param ended the number of those ended so far
   */
  private record Page(long below, int size, long ended) {

    /** The page after this one: a larger one if the sessions are small. */
    Page after(Entry last, List<Optional<StoredSession>> found, long more) {
      int next = bytes(found) < SMALL ? Math.min(2 * size, MOST_AT_ONCE) : AT_ONCE;
      return new Page(last.number(), next, ended + more);
    }
  }

  private static long bytes(List<Optional<StoredSession>> found) {
    return found.stream().flatMap(Optional::stream).mapToLong(s -> s.body().size()).sum();
  }

  /** Ends sessions page by page, from the greatest number below a limit downwards. */
  private Future<Long> endBelow(SessionSpace space, String user, String except, Page page) {
    return space
        .users()
        .page(user, page.below, page.size)
        .compose(
            entries ->
                entries.isEmpty()
                    ? Future.succeededFuture(page.ended)
                    : endEntries(space, user, except, entries, page)
                        .compose(next -> endBelow(space, user, except, next)));
  }

  /** Ends the sessions of a page, or the first ones if they turn out to be large. */
  private Future<Page> endEntries(
      SessionSpace space, String user, String except, List<Entry> all, Page page) {
    List<Entry> entries = all.stream().filter(entry -> !entry.id().equals(except)).toList();
    return readWhileSmall(space, entries, new ArrayList<>())
        .compose(
            found -> {
              boolean isWhole = found.size() == entries.size();
              Entry last = isWhole ? all.get(all.size() - 1) : entries.get(found.size() - 1);
              return Groups.each(
                      IntStream.range(0, found.size()).boxed().toList(),
                      MOST_AT_ONCE,
                      i -> end(space, user, entries.get(i), found.get(i)))
                  .map(ended -> page.after(last, found, ended.stream().filter(was -> was).count()));
            });
  }

  /** Reads the sessions of entries in groups, and no more groups once they are large. */
  private static Future<List<Optional<StoredSession>>> readWhileSmall(
      SessionSpace space, List<Entry> entries, List<Optional<StoredSession>> found) {
    if (found.size() == entries.size() || bytes(found) >= SMALL) {
      return Future.succeededFuture(found);
    }
    List<Entry> group =
        entries.subList(found.size(), Math.min(entries.size(), found.size() + AT_ONCE));
    return Groups.each(group, AT_ONCE, entry -> SessionEnd.peek(space, entry.id()))
        .compose(
            more -> {
              found.addAll(more);
              return readWhileSmall(space, entries, found);
            });
  }

  private Future<Boolean> end(
      SessionSpace space, String user, Entry entry, Optional<StoredSession> found) {
    return endings.end(space, user, entry, found, Ending.LOGOUT, true);
  }

  private Future<Ended> search(
      SessionSpace space, String user, String except, long number, long ended) {
    return foreign
        .end(space, new Target(user, except, number))
        .map(found -> new Ended(ended + found.ended(), found.searching()));
  }

  public Future<SessionList> listAll(ListSessions ask) {
    SessionSpace space = spaces.of(ask.space());
    String cursor = ask.cursor() == null ? "" : ask.cursor();
    return SessionRows.scan(space, cursor, limit(ask.limit()), found -> adopted(space, found));
  }

  /** The session as adopted; empty where it has ended, or is the copy of a rotation. */
  private Future<Optional<StoredSession>> adopted(SessionSpace space, StoredSession found) {
    return found.facts().from() != null
        ? Future.succeededFuture(Optional.empty())
        : space
            .adoption()
            .adopt(found)
            .onSuccess(
                adopted -> adopted.ifPresent(session -> activity.seen(space, session, false)));
  }

  public Future<SessionStats> stats(ReadSessionStats ask) {
    SessionSpace space = spaces.of(ask.space());
    return space
        .index()
        .count()
        .map(live -> new SessionStats(space.name(), live, space.near().reads()));
  }

  /**
   * The rows of the first of many sessions.
   *
   * @param read how many ids were read
   */
  public record Rows(List<SessionRow> rows, int read) {}

  /** The rows of those sessions that exist, until some MiB of sessions have been read. */
  public Future<Rows> rows(String space, List<String> ids) {
    return SessionRows.first(spaces.of(space), ids)
        .map(
            first ->
                new Rows(first.sessions().stream().map(ListedSession::row).toList(), first.read()));
  }

  /** The size of a page; fails if it is out of range. */
  public static int limit(@Nullable Integer limit) {
    if (limit != null && (limit < 1 || limit > LARGEST_PAGE)) {
      throw Failure.of(
          Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + LARGEST_PAGE);
    }
    return limit == null ? USUAL_PAGE : limit;
  }

  private static long below(@Nullable String cursor) {
    if (cursor == null) {
      return Long.MAX_VALUE;
    }
    if (!Digits.isNumber(cursor, 16)) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
    return Long.parseLong(cursor);
  }
}
