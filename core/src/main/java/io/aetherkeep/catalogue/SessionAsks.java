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

    public Session withTtl(long seconds) {
      return new Session(
          id, space, userId, createdAt, lastActivityAt, seconds, version, document, staleSeconds);
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
