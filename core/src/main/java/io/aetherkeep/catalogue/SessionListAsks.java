package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.keyspace.UserId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks about many sessions: of a user, of a space, counted. */
public final class SessionListAsks {

  private SessionListAsks() {}

  /**
   * Lists the live sessions of a user. The pages go from the newest to the oldest session, an order
   * that activity does not change; within a page, the most recently active session is first.
   */
  public record ListUserSessions(
      String space, String userId, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<SessionList> {
    public ListUserSessions {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(userId, "userId");
    }
  }

  /**
   * Ends all sessions of a user, or all but one. That includes sessions that are being opened,
   * rotated or restored at the same time, and those that other services wrote and this system never
   * saw.
   */
  public record EndUserSessions(String space, String userId, @Nullable String except)
      implements Ask<Ended> {
    public EndUserSessions {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(userId, "userId");
    }
  }

  /**
   * Lists the live sessions of a space, also those that other services wrote, in pages.
   *
   * @param limit approximate size of a page: Redis decides
   * @param filter which sessions, whose rows then have their playback; null for all
   */
  public record ListSessions(
      String space,
      @Nullable String cursor,
      @Nullable Integer limit,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SessionFilter filter)
      implements Ask<SessionList> {
    public ListSessions {
      Objects.requireNonNull(space, "space");
    }

    /** Lists all sessions. */
    public ListSessions(String space, @Nullable String cursor, @Nullable Integer limit) {
      this(space, cursor, limit, null);
    }

    /** The same list from another cursor on. */
    public ListSessions from(String other) {
      return new ListSessions(space, other, limit, filter);
    }
  }

  /**
   * Which sessions a list contains; null fields match all.
   *
   * @param state {@code playing}, {@code paused} or {@code stopped}
   * @param podcastId the podcast that it plays or, with another state, played last
   * @param olderThanSeconds opened longer ago than this
   * @param youngerThanSeconds opened less long ago than this
   */
  public record SessionFilter(
      @Nullable String userId,
      @Nullable String state,
      @Nullable String podcastId,
      @Nullable Long olderThanSeconds,
      @Nullable Long youngerThanSeconds) {}

  /** A page of sessions, and the cursor of the next one, if there is one. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record SessionList(List<SessionRow> items, @Nullable String next) {
    public SessionList {
      items = List.copyOf(items);
    }
  }

  /**
   * A session in a list.
   *
   * @param podcastId what it plays or played; absent in a list without a filter
   * @param state the state of that playback
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record SessionRow(
      String id,
      @Nullable UserId userId,
      @Nullable String createdAt,
      @Nullable String lastActivityAt,
      long ttlSeconds,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String podcastId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String state) {

    public SessionRow(
        String id,
        @Nullable UserId userId,
        @Nullable String createdAt,
        @Nullable String lastActivityAt,
        long ttlSeconds) {
      this(id, userId, createdAt, lastActivityAt, ttlSeconds, null, null);
    }

    /** The same row with its playback. */
    public SessionRow playing(String podcast, String as) {
      return new SessionRow(id, userId, createdAt, lastActivityAt, ttlSeconds, podcast, as);
    }
  }

  /** Counts the live sessions of a space that this system has seen. */
  public record ReadSessionStats(String space) implements Ask<SessionStats> {
    public ReadSessionStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * Numbers of a space's sessions.
   *
   * @param live live sessions, as far as known
   * @param nearReads reads that this node's memory answered since its start
   */
  public record SessionStats(String space, long live, long nearReads) {}
}
