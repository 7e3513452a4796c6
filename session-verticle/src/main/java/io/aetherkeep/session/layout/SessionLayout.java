package io.aetherkeep.session.layout;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.session.settings.SessionSettings;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Layout of the sessions of one space: how its system names fields, writes documents and bounds
 * them.
 */
public final class SessionLayout {

  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

  private final Space space;
  private final FieldNames names;
  private final SessionSettings.HistoryLayout history;

  public SessionLayout(Space space, SessionSettings.HistoryLayout history) {
    this.space = space;
    this.names = FieldNames.of(space.dialect());
    this.history = history;
  }

  public int maxBytes() {
    return space.maxValueBytes();
  }

  /**
   * Checks that an id can be part of a key and of a URL, and is not the key of another session's
   * history.
   */
  public String checkedId(String id) {
    Keyspaces.SESSIONS_AETHERCAST.key(id);
    if (id.equals(".") || id.equals("..")) {
      throw Failure.of(Code.INVALID_ID, "A session id must not be '.' or '..'");
    }
    if (space.dialect() == Dialect.COUNCIL && id.endsWith(":history")) {
      throw Failure.of(Code.INVALID_ID, "A session id must not end in ':history'");
    }
    return id;
  }

  /** Builds the body of a new session. */
  public SessionBody opened(OpenSession ask, Instant now) {
    if (ask.userId() != null) {
      checkedUser(ask.userId().text());
    }
    checkObject("preferences", ask.preferences());
    checkObject("data", ask.data());
    return switch (space.dialect()) {
      case COUNCIL -> HashBody.council(ask, now, names, history);
      case CONTENT -> JsonBody.content(ask, now, names);
      case AETHERCAST, ANY -> JsonBody.aethercast(ask, now, names);
    };
  }

  private static void checkObject(String name, @Nullable Document value) {
    if (value != null && Members.tryOf(value) == null) {
      throw Failure.of(Code.INVALID_BODY, "'" + name + "' must be a JSON object");
    }
  }

  public static String checkedUser(String user) {
    Keyspaces.USER_SESSIONS.key(user);
    return user;
  }

  public static Duration checkedLifetime(long seconds) {
    if (seconds < 1 || seconds > LONGEST_SECONDS) {
      throw Failure.of(
          Code.INVALID_TTL, "ttlSeconds must be a whole number from 1 to " + LONGEST_SECONDS);
    }
    return Duration.ofSeconds(seconds);
  }

  /** Checks the member count, unless another service has written as many already. */
  public void checkMembers(SessionBody after, SessionBody before) {
    int members = after.mostMembers();
    if (members > before.mostMembers()) {
      space.checkMembers(members);
    }
  }

  public void checkMembers(int members) {
    space.checkMembers(members);
  }

  public void checkMembers(Document patch) {
    space.checkMembers(patch);
  }

  public void checkSize(SessionBody body) {
    if (body.size() > space.maxValueBytes()) {
      throw Failure.of(
          Code.TOO_LARGE, "The session would exceed " + space.maxValueBytes() + " bytes");
    }
  }
}
