package io.aetherkeep.session.search;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.SessionFilter;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.lifecycle.UserSessions;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Search for sessions by user, playback state, podcast and age. A search by user or by playing
 * podcast reads only the sessions of that user or podcast, from an index. Any other filter checks
 * pages of a scan of the space, a bounded number for each page of the answer.
 */
public final class SessionSearch {

  /** Pages of the scan that one page of the answer may read. */
  private static final int MOST_PAGES = 10;

  private final UserSessions users;
  private final PerSpace<PlaybackSpace> spaces;
  private final InstantSource clock;

  public SessionSearch(UserSessions users, PerSpace<PlaybackSpace> spaces, InstantSource clock) {
    this.users = users;
    this.spaces = spaces;
    this.clock = clock;
  }

  /** Lists sessions; without a filter all of the space. */
  public Future<SessionList> list(ListSessions ask) {
    SessionFilter filter = ask.filter();
    if (filter == null) {
      return users.listAll(ask);
    }
    PlaybackSpace space = spaces.of(ask.space());
    check(filter);
    if (filter.userId() != null) {
      return users
          .list(new ListUserSessions(ask.space(), filter.userId(), ask.cursor(), ask.limit()))
          .compose(page -> matching(space, filter, page));
    }
    boolean heard = filter.state() == null || filter.state().equals(State.PLAYING.word());
    if (filter.podcastId() != null && heard) {
      return listeners(space, filter.podcastId(), ask)
          .compose(page -> matching(space, filter, page));
    }
    return scan(space, filter, ask, new ArrayList<>(), MOST_PAGES);
  }

  private static void check(SessionFilter filter) {
    String state = filter.state();
    if (state != null && !State.of(state).word().equals(state)) {
      throw Failure.of(Code.INVALID_PARAMETER, "state must be playing, paused or stopped");
    }
  }

  /** Cursor of a podcast's listeners: that of the scan, and the last id read of those it finds. */
  private record ListenerCursor(String scan, String last) {

    static ListenerCursor of(@Nullable String text) {
      String[] parts = (text == null ? "0" : text).split(":", 2);
      if (!Digits.isNumber(parts[0], 20)) {
        throw Failure.of(Code.INVALID_PARAMETER, "A cursor is the 'next' of the page before");
      }
      return new ListenerCursor(parts[0], parts.length > 1 ? parts[1] : "");
    }

    List<String> left(List<String> ids) {
      return ids.stream().distinct().sorted().filter(id -> id.compareTo(last) > 0).toList();
    }
  }

  /** A page of a podcast's listeners, which ends early where their sessions are large. */
  private Future<SessionList> listeners(PlaybackSpace space, String podcast, ListSessions ask) {
    ListenerCursor cursor = ListenerCursor.of(ask.cursor());
    return space
        .audience()
        .members(podcast, cursor.scan, UserSessions.limit(ask.limit()))
        .compose(
            page -> {
              List<String> ids = cursor.left(page.sessions());
              return users
                  .rows(space.name(), ids)
                  .map(
                      first -> {
                        String after = page.next().equals("0") ? null : page.next();
                        return new SessionList(
                            first.rows(),
                            first.read() < ids.size()
                                ? cursor.scan + ":" + ids.get(first.read() - 1)
                                : after);
                      });
            });
  }

  private Future<SessionList> scan(
      PlaybackSpace space,
      SessionFilter filter,
      ListSessions ask,
      List<SessionRow> found,
      int pages) {
    return users
        .listAll(ask)
        .compose(page -> matching(space, filter, page))
        .compose(
            page -> {
              found.addAll(page.items());
              String next = page.next();
              boolean enough = found.size() >= UserSessions.limit(ask.limit());
              return next == null || enough || pages == 1
                  ? Future.succeededFuture(new SessionList(found, next))
                  : scan(space, filter, ask.from(next), found, pages - 1);
            });
  }

  /** The sessions of a page that match a filter, with their playback. */
  private Future<SessionList> matching(
      PlaybackSpace space, SessionFilter filter, SessionList page) {
    List<Future<SessionRow>> rows =
        page.items().stream().map(row -> withPlayback(space, row)).toList();
    return Future.all(rows)
        .map(
            done ->
                new SessionList(
                    rows.stream().map(Future::result).filter(row -> matches(filter, row)).toList(),
                    page.next()));
  }

  private static Future<SessionRow> withPlayback(PlaybackSpace space, SessionRow row) {
    return space
        .playbacks()
        .peek(row.id())
        .map(
            playing ->
                playing.podcastOrNull() == null
                    ? row
                    : row.playing(playing.podcast(), playing.state().word()));
  }

  private boolean matches(SessionFilter filter, SessionRow row) {
    boolean heard = filter.podcastId() != null && filter.state() == null;
    String state = heard ? State.PLAYING.word() : filter.state();
    return (filter.podcastId() == null || filter.podcastId().equals(row.podcastId()))
        && (state == null || state.equals(Objects.requireNonNullElse(row.state(), "stopped")))
        && isOfAge(filter, row.createdAt());
  }

  /** Whether a session's age matches the filter; an unknown age never does. */
  private boolean isOfAge(SessionFilter filter, @Nullable String createdAt) {
    if (filter.olderThanSeconds() == null && filter.youngerThanSeconds() == null) {
      return true;
    }
    Instant created = parsed(createdAt);
    if (created == null) {
      return false;
    }
    long seconds = clock.instant().getEpochSecond() - created.getEpochSecond();
    return (filter.olderThanSeconds() == null || seconds > filter.olderThanSeconds())
        && (filter.youngerThanSeconds() == null || seconds < filter.youngerThanSeconds());
  }

  private static @Nullable Instant parsed(@Nullable String time) {
    try {
      return time == null ? null : Instant.parse(time);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
