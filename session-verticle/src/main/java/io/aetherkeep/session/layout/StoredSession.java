package io.aetherkeep.session.layout;

import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionRow;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.UserId;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as it was read.
 *
 * @param ttlMillis how long it has left
 * @param facts what was noted beside it
 */
public record StoredSession(String id, SessionBody body, long ttlMillis, Facts facts) {

  /** Follows a user's name that is a number: no name holds a space. */
  private static final String NUMBER = " number";

  /**
   * What is noted of a session beside its value, which has no space for it.
   *
   * @param lifetimeMillis its own, where it is not the usual one
   * @param user whose index it was entered in, as {@link StoredSession#noted} has it; none where it
   *     was in no index yet, as when another service wrote it
   * @param number its sequence number among that one's sessions; none where it is in no index yet
   * @param from the id that it is to replace, while a rotation is under way
   * @param tail how many bytes of its history are not in their field yet
   */
  public record Facts(
      @Nullable Long lifetimeMillis,
      @Nullable String createdAt,
      @Nullable String user,
      @Nullable Long number,
      @Nullable String from,
      long tail) {

    public static final Facts NONE = new Facts(null, null, null, null, null, 0);

    /** Of a session that is opened now. */
    public static Facts opened(Instant now) {
      return new Facts(null, Timestamp.iso(now), null, null, null, 0);
    }

    Facts registered(String owner, @Nullable Long as) {
      return new Facts(lifetimeMillis, createdAt, owner, as, from, tail);
    }
  }

  /** Whose it is, as an index names them; empty where no index can be named after them. */
  public String owner() {
    UserId user = body.user();
    return user == null || !user.fitsKeys() ? "" : user.text();
  }

  /** The same as facts have it, which outlive the session: with what it is in JSON. */
  public String noted() {
    UserId user = body.user();
    return owner().isEmpty() || user == null || !user.number() ? owner() : owner() + NUMBER;
  }

  /** Whoever facts name. */
  static @Nullable public UserId user(String noted) {
    boolean number = noted.endsWith(NUMBER);
    String text = number ? noted.substring(0, noted.length() - NUMBER.length()) : noted;
    return text.isEmpty() ? null : new UserId(text, number);
  }

  /** Whether the indexes know it as what it is. */
  public boolean isRegistered() {
    return noted().equals(facts.user()) && (owner().isEmpty() || facts.number() != null);
  }

  /** The same, in the indexes. */
  public StoredSession registered(@Nullable Long number) {
    return new StoredSession(id, body, ttlMillis, facts.registered(noted(), number));
  }

  /** When it was opened, if anybody noted it. */
  @Nullable
  public Instant created() {
    String created = createdAt();
    return created == null ? null : Instant.parse(created);
  }

  private @Nullable String createdAt() {
    Timestamp created = body.created();
    return created == null ? facts.createdAt() : created.iso();
  }

  private @Nullable String lastActivityAt() {
    Timestamp last = body.lastActivity();
    return last == null ? null : last.iso();
  }

  /** The answer to a client, which takes time where the session is large. */
  public Future<Session> answering(String space) {
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

  /** Rounded up, so that a session that lives has a second left at least. */
  private long seconds() {
    return (ttlMillis + 999) / 1000;
  }

  public StoredSession with(SessionBody other, long millis) {
    return new StoredSession(id, other, millis, facts);
  }
}
