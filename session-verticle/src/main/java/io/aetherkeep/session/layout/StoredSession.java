package io.aetherkeep.session.layout;

import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionListAsks.SessionRow;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.UserId;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Session as read from Redis.
 *
 * @param ttlMillis remaining lifetime
 * @param facts metadata stored beside the session
 */
public record StoredSession(String id, SessionBody body, long ttlMillis, Facts facts) {

  /**
   * Metadata of a session, stored beside its value, which has no fields for it.
   *
   * @param lifetimeMillis the session's own lifetime, null for the default
   * @param user user in whose index the session is, in the form of {@link StoredSession#noted};
   *     null where it is in none, such as after another service wrote it
   * @param number its sequence number in the user's index; null where it is in none
   * @param from the id that it replaces, while a rotation is under way
   * @param tail bytes of its history that are not in the field yet
   */
  public record Facts(
      @Nullable Long lifetimeMillis,
      @Nullable String createdAt,
      @Nullable String user,
      @Nullable Long number,
      @Nullable String from,
      long tail) {

    public static final Facts NONE = new Facts(null, null, null, null, null, 0);

    /** Facts of a session that is being opened. */
    public static Facts opened(Instant now) {
      return new Facts(null, Timestamp.iso(now), null, null, null, 0);
    }

    Facts registered(String owner, @Nullable Long as) {
      return new Facts(lifetimeMillis, createdAt, owner, as, from, tail);
    }
  }

  /** The user's id in indexes; empty without a user, or where the id does not fit keys. */
  public String owner() {
    UserId user = body.user();
    return user == null || !user.fitsKeys() ? "" : user.text();
  }

  /** The user's id with its JSON type, as facts store it, which outlive the session. */
  public String noted() {
    UserId user = body.user();
    return owner().isEmpty() || user == null ? owner() : user.noted();
  }

  /** Parses a user from facts. */
  static @Nullable public UserId user(String noted) {
    return UserId.ofNote(noted);
  }

  /** Whether the session is in the index of its current user. */
  public boolean isRegistered() {
    return noted().equals(facts.user()) && (owner().isEmpty() || facts.number() != null);
  }

  /** A copy that is registered in the user's index. */
  public StoredSession registered(@Nullable Long number) {
    return new StoredSession(id, body, ttlMillis, facts.registered(noted(), number));
  }

  /** The creation time to the ms, as log-outs compare it; null where none was stored. */
  @Nullable
  public Instant created() {
    Timestamp created = body.created();
    Timestamp known = created == null ? Timestamp.read(facts.createdAt(), true) : created;
    return known == null ? null : known.at().truncatedTo(ChronoUnit.MILLIS);
  }

  private @Nullable String createdAt() {
    Timestamp created = body.created();
    return created == null ? facts.createdAt() : created.iso();
  }

  private @Nullable String lastActivityAt() {
    Timestamp last = body.lastActivity();
    return last == null ? null : last.iso();
  }

  /** Builds the answer to a client, on a worker thread where the session is large. */
  public Future<Session> answerAsync(String space) {
    return Offload.run(body.size(), () -> answer(space));
  }

  Session answer(String space) {
    return answer(space, body.document());
  }

  Session answer(String space, Document document) {
    return new Session(
        id, space, body.user(), createdAt(), lastActivityAt(), seconds(), body.version(), document);
  }

  public SessionRow row() {
    return new SessionRow(id, body.user(), createdAt(), lastActivityAt(), seconds());
  }

  /** Rounds up, so that a live session has at least one second left. */
  private long seconds() {
    return (ttlMillis + 999) / 1000;
  }

  public StoredSession with(SessionBody other, long millis) {
    return new StoredSession(id, other, millis, facts);
  }
}
