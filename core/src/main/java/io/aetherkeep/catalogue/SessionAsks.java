package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the session verticle answers and announces. */
public final class SessionAsks {

  private SessionAsks() {}

  /**
   * Opens a session; fails with {@code session-exists} where the id lives already, and with {@code
   * logged-out} where its user logs out everywhere meanwhile.
   *
   * @param id a client's own; without it there will be one of at least 128 random bits
   * @param preferences a JSON object, stored under its name
   * @param data a JSON object, stored under its name
   * @param ttlSeconds how long it lives after its last activity, where that is not as usual
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
   * <p>While Redis is gone, what was seen of it a moment ago is the answer, marked so, but only
   * where {@code touch} is not asked for.
   *
   * @param history whether the document is to hold the transcript where there is one
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
   * @param createdAt none where nobody noted it
   * @param version tells this document from another; activity does not change it
   * @param document the stored fields under their stored names
   * @param staleSeconds how long ago it was so, where Redis could not be asked; none usually
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

    public Session withDocument(Document other) {
      return new Session(
          id, space, userId, createdAt, lastActivityAt, ttlSeconds, version, other, staleSeconds);
    }

    /** The same, as it was a while ago. */
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

  /** Gives a session another lifetime, from now on and after each activity. */
  public record ExtendSession(String space, String id, long ttlSeconds) implements Ask<Session> {
    public ExtendSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Gives a session a new id; the old one is dead at once. */
  public record RotateSession(String space, String id) implements Ask<Session> {
    public RotateSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Ends a session, for good. */
  public record EndSession(String space, String id) implements Ask<Ended> {
    public EndSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * How many sessions there were to end.
   *
   * @param searching of all of a user's, whether the space is still searched for sessions that
   *     other services wrote; these are ended as they are found, and not in the number
   */
  public record Ended(
      long ended, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean searching) {

    public Ended(long ended) {
      this(ended, null);
    }
  }

  /**
   * Lists the live sessions of a user: the pages from the newest to the oldest, an order that use
   * does not change, each with the latest active first.
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
   * Ends all sessions of a user, or all but one: also those that are being opened, rotated or put
   * back meanwhile, and those that other services wrote and nobody has seen here.
   */
  public record EndUserSessions(String space, String userId, @Nullable String except)
      implements Ask<Ended> {
    public EndUserSessions {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(userId, "userId");
    }
  }

  /**
   * Lists the live sessions of a space, whoever wrote them, a page at a time.
   *
   * @param limit about how many a page has: Redis decides
   */
  public record ListSessions(String space, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<SessionList> {
    public ListSessions {
      Objects.requireNonNull(space, "space");
    }
  }

  /** A page of sessions, and where the next begins if there is one. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record SessionList(List<SessionRow> items, @Nullable String next) {
    public SessionList {
      items = List.copyOf(items);
    }
  }

  /** A session in a list. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record SessionRow(
      String id,
      @Nullable UserId userId,
      @Nullable String createdAt,
      @Nullable String lastActivityAt,
      long ttlSeconds) {}

  /** Counts the live sessions of a space, as far as they were seen. */
  public record ReadSessionStats(String space) implements Ask<SessionStats> {
    public ReadSessionStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /** How many sessions live. */
  public record SessionStats(String space, long live) {}

  /**
   * Appends a message to a session's history.
   *
   * @param tokens how many it counts for; counted here where it is not said
   * @param idempotencyKey the same key again appends nothing and gets the same answer
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
   * What an append came to.
   *
   * @param tokens what the message counts for
   * @param contextWindowUsed what the whole transcript counts for now
   * @param repeated whether it had been appended before, under the same key
   */
  public record Appended(String id, long tokens, long contextWindowUsed, boolean repeated) {}

  /**
   * Reads the newest messages of a session, the oldest of them first.
   *
   * @param maxTokens how much they may count for together
   * @param limit how many they may be
   */
  public record ReadHistory(
      String space, String id, @Nullable Long maxTokens, @Nullable Integer limit)
      implements Ask<History> {
    public ReadHistory {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Messages as they are stored, what they count for, and whether older ones were left out. */
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

  /** A session was opened. */
  public record SessionOpened(String space, String id, @Nullable UserId userId) implements Event {}

  /** A session's document or lifetime was changed. */
  public record SessionChanged(String space, String id, @Nullable UserId userId) implements Event {}

  /** A session was ended before its time. */
  public record SessionEnded(String space, String id, @Nullable UserId userId, Ending reason)
      implements Event {}

  /** Why a session was ended. */
  public enum Ending {
    /** Somebody asked for it. */
    LOGOUT,
    /** It goes on under another id. */
    ROTATED,
    /** Its user opened more sessions than one may have. */
    REPLACED
  }

  /** A session is over: nobody used it for its lifetime. */
  public record SessionExpired(String space, String id, @Nullable UserId userId) implements Event {}
}
