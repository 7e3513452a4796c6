package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.LastKnown;
import io.aetherkeep.keyspace.Members;
import io.aetherkeep.keyspace.Space;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A space with what its sessions need.
 *
 * @param lifetime the usual one
 * @param remembered for how long an ended one is kept from coming back
 * @param transcripts none where this system's sessions have no history
 * @param records none where no system of record is declared for its sessions
 * @param lastKnown the sessions that this node saw lately, for when Redis is gone
 */
record Room(
    Space space,
    Names names,
    Duration lifetime,
    Duration remembered,
    SessionSettings.Policy policy,
    SessionStore store,
    SessionIndex index,
    UserIndex users,
    Adoption adoption,
    Listing listing,
    PlaybackStore playbacks,
    UserStreams streams,
    Audience audience,
    TicketStore tickets,
    @Nullable Transcripts transcripts,
    @Nullable SessionRecords records,
    LastKnown<Session> lastKnown) {

  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

  String name() {
    return space.name();
  }

  /** Hears that a session is over, whoever ended it: it is not answered from memory either. */
  void ended(String id) {
    store.ended(id);
    lastKnown.forget(id);
  }

  /** Reads a session and starts its lifetime anew, wherever it is. */
  Future<Optional<Found>> use(String id) {
    return orPutBack(id, () -> store.use(id)).compose(this::adopted);
  }

  /** Reads a session and leaves its lifetime as it is, wherever it is. */
  Future<Optional<Found>> look(String id) {
    return orPutBack(id, () -> store.look(id)).compose(this::adopted);
  }

  private Future<Optional<Found>> adopted(Optional<Found> found) {
    return found.isEmpty() ? Future.succeededFuture(found) : adoption.adopt(found.get());
  }

  /** What is found in Redis, or there once the system of record has said what it was. */
  <T> Future<Optional<T>> orPutBack(String id, Supplier<Future<Optional<T>>> find) {
    return records == null ? find.get() : records.orPutBack(id, find);
  }

  /**
   * An id that can be in a key and in an address; where histories have keys of their own it is none
   * of these.
   */
  String checkedId(String id) {
    Keyspaces.SESSIONS_AETHERCAST.key(id);
    if (id.equals(".") || id.equals("..")) {
      throw Failure.of(Code.INVALID_ID, "No address can name a session of dots");
    }
    if (space.dialect() == Dialect.COUNCIL && id.endsWith(":history")) {
      throw Failure.of(Code.INVALID_ID, "The id ends like the key of another session's history");
    }
    return id;
  }

  /** The body of a session that is about to be opened. */
  Body opened(OpenSession ask, Instant now) {
    if (ask.userId() != null) {
      checkedUser(ask.userId().text());
    }
    checkObject("preferences", ask.preferences());
    checkObject("data", ask.data());
    return switch (space.dialect()) {
      case COUNCIL -> HashBody.council(ask, now, names, policy.history());
      case CONTENT -> JsonBody.content(ask, now, names);
      case AETHERCAST, ANY -> JsonBody.aethercast(ask, now, names);
    };
  }

  private static void checkObject(String name, @Nullable Document value) {
    if (value != null && Members.tryOf(value) == null) {
      throw Failure.of(Code.INVALID_BODY, "'" + name + "' is a JSON object");
    }
  }

  static String checkedUser(String user) {
    Keyspaces.USER_SESSIONS.key(user);
    return user;
  }

  static Duration checkedLifetime(long seconds) {
    if (seconds < 1 || seconds > LONGEST_SECONDS) {
      throw Failure.of(
          Code.INVALID_TTL, "ttlSeconds is a whole number from 1 to " + LONGEST_SECONDS);
    }
    return Duration.ofSeconds(seconds);
  }

  /** An object that another service gave too many members may keep them. */
  void checkMembers(Body after, Body before) {
    int members = after.mostMembers();
    if (members > before.mostMembers()) {
      space.checkMembers(members);
    }
  }

  void checkSize(Body body) {
    if (body.size() > space.maxValueBytes()) {
      throw Failure.of(
          Code.TOO_LARGE, "A session has at most " + space.maxValueBytes() + " bytes here");
    }
  }
}
