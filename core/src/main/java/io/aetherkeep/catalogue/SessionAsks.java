package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.catalogue.OverviewAsks.RedisKey;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events of the session verticle. */
public final class SessionAsks {

  private SessionAsks() {}

  /**
   * Opens a session; fails with {@code session-exists} if the id is in use, and with {@code
   * logged-out} if its user logs out everywhere at the same time.
   *
   * @param id chosen by the client; without it, one of at least 128 random bits
   * @param preferences a JSON object, stored under its name
   * @param data a JSON object, stored under its name
   * @param ttlSeconds lifetime after the last activity, if not the default
   */
  public record OpenSession(
      String space,
      @Nullable String id,
      @Nullable UserId userId,
      @Nullable Document preferences,
      @Nullable Document data,
      @Nullable Long ttlSeconds)
      implements Ask<Session> {
    public OpenSession {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * Reads a session, which counts as activity unless {@code touch} is false.
   *
   * <p>While Redis is unavailable, the answer is the last known state, marked stale, if {@code
   * touch} is false.
   *
   * @param history whether to include the transcript in the document, if there is one
   */
  public record ReadSession(
      String space, String id, @Nullable Boolean touch, @Nullable Boolean history)
      implements Ask<Session> {
    public ReadSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * A session.
   *
   * @param createdAt null if it was not recorded
   * @param version entity tag of the document; activity does not change it
   * @param document the stored fields under their stored names
   * @param staleSeconds age of this state while Redis is unavailable; usually null
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Session(
      String id,
      String space,
      @Nullable UserId userId,
      @Nullable String createdAt,
      @Nullable String lastActivityAt,
      long ttlSeconds,
      String version,
      Document document,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long staleSeconds)
      implements Sized {

    public Session(
        String id,
        String space,
        @Nullable UserId userId,
        @Nullable String createdAt,
        @Nullable String lastActivityAt,
        long ttlSeconds,
        String version,
        Document document) {
      this(id, space, userId, createdAt, lastActivityAt, ttlSeconds, version, document, null);
    }

    @Override
    public int documentBytes() {
      return document.length();
    }

    /** The same session under another id. */
    public Session withId(String other) {
      return new Session(
          other,
          space,
          userId,
          createdAt,
          lastActivityAt,
          ttlSeconds,
          version,
          document,
          staleSeconds);
    }

    public Session withDocument(Document other) {
      return new Session(
          id, space, userId, createdAt, lastActivityAt, ttlSeconds, version, other, staleSeconds);
    }

    /** The same session, as last known some seconds ago. */
    public Session asStale(long seconds) {
      return new Session(
          id,
          space,
          userId,
          createdAt,
          lastActivityAt,
          ttlSeconds - seconds,
          version,
          document,
          seconds);
    }
  }

  /**
   * Applies a JSON merge patch to the document.
   *
   * @param ifVersion patches only this version
   */
  public record PatchSession(String space, String id, Document patch, @Nullable String ifVersion)
      implements Ask<Session> {
    public PatchSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(patch, "patch");
    }
  }

  /** Changes a session's lifetime, which also applies after each activity. */
  public record ExtendSession(String space, String id, long ttlSeconds) implements Ask<Session> {
    public ExtendSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Gives a session a new id; the old one becomes invalid at once. */
  public record RotateSession(String space, String id) implements Ask<Session> {
    public RotateSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Ends a session. */
  public record EndSession(String space, String id) implements Ask<Ended> {
    public EndSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * How many sessions were ended.
   *
   * @param searching whether the space is still searched for the user's sessions that other
   *     services wrote; the search ends these, and they are not in the number
   */
  public record Ended(
      long ended, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean searching) {

    public Ended(long ended) {
      this(ended, null);
    }
  }

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

  /** Lists the keys in Redis that belong to one session; fails with {@code session-unknown}. */
  public record ReadSessionKeys(String space, String id) implements Ask<SessionKeys> {
    public ReadSessionKeys {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * The keys of a session that exist.
   *
   * @param next always null: all are in one answer
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record SessionKeys(String id, List<RedisKey> items, @Nullable String next) {
    public SessionKeys {
      items = List.copyOf(items);
    }
  }

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

  /** Number of live sessions. */
  public record SessionStats(String space, long live) {}

  /**
   * Appends a message to a session's history.
   *
   * @param tokens token count of the message; counted here if null
   * @param idempotencyKey a repeated key appends nothing and gets the same answer
   */
  public record AppendHistory(
      String space,
      String id,
      String role,
      String content,
      @Nullable String timestamp,
      @Nullable String requestId,
      @Nullable Long tokens,
      @Nullable String idempotencyKey)
      implements Ask<Appended> {
    public AppendHistory {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(content, "content");
    }
  }

  /**
   * Result of an append.
   *
   * @param tokens token count of the message
   * @param contextWindowUsed token count of the whole transcript
   * @param repeated whether the message was appended before, under the same key
   */
  public record Appended(String id, long tokens, long contextWindowUsed, boolean repeated) {}

  /**
   * Reads the latest messages of a session, oldest of them first.
   *
   * @param maxTokens maximum token count of all
   * @param limit maximum number of messages
   */
  public record ReadHistory(
      String space, String id, @Nullable Long maxTokens, @Nullable Integer limit)
      implements Ask<History> {
    public ReadHistory {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Stored messages, their token count, and whether older ones were left out. */
  public record History(List<Document> items, long totalTokens, boolean truncated)
      implements Sized {
    public History {
      items = List.copyOf(items);
    }

    @Override
    public int documentBytes() {
      return items.stream().mapToInt(Document::length).sum();
    }
  }

  /**
   * Reads the messages of a session after a known one.
   *
   * @param after offset of the last known message; null for the newest ones
   * @param known token of the last answer: while it is the same, nothing has changed
   */
  public record FollowHistory(
      String space, String id, @Nullable String after, @Nullable String known)
      implements Ask<HistoryFollowed> {
    public FollowHistory {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Messages after a known one, in order.
   *
   * @param offset offset of the last message of the session
   * @param known token of this state of the history, to ask with next time
   * @param recovered whether no message is missing; otherwise these are the newest ones
   * @param truncated whether older messages were left out
   */
  public record HistoryFollowed(
      List<Document> messages, String offset, String known, boolean recovered, boolean truncated)
      implements Sized {
    public HistoryFollowed {
      messages = List.copyOf(messages);
    }

    @Override
    public int documentBytes() {
      return messages.stream().mapToInt(Document::length).sum();
    }
  }

  /** A message was appended to a session's history. */
  public record HistoryAppended(String space, String id) implements Event {}

  /** A session was opened. */
  public record SessionOpened(String space, String id, @Nullable UserId userId) implements Event {}

  /**
   * A session's document or lifetime was changed.
   *
   * @param formerUserId the user that it belonged to before, if it was another
   */
  public record SessionChanged(
      String space, String id, @Nullable UserId userId, @Nullable UserId formerUserId)
      implements Event {}

  /** A session was ended before it expired. */
  public record SessionEnded(String space, String id, @Nullable UserId userId, Ending reason)
      implements Event {}

  /** Why a session was ended. */
  public enum Ending {
    /** A client asked for it. */
    LOGOUT,
    /** It continues under another id. */
    ROTATED,
    /** Its user opened more sessions than the limit. */
    REPLACED
  }

  /** A session expired, because it was not used for its lifetime. */
  public record SessionExpired(String space, String id, @Nullable UserId userId) implements Event {}
}
