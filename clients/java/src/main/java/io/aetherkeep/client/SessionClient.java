package io.aetherkeep.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Client of sessions and their histories. */
public final class SessionClient {

  private static final String MERGE_PATCH = "application/merge-patch+json";

  private final HttpSender sender;

  SessionClient(HttpSender sender) {
    this.sender = sender;
  }

  /**
   * Session to open; all fields may be null.
   *
   * @param id your own id; null for a random one
   * @param ttlSeconds the lifetime after each use; null for the space's
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Opening(
      @Nullable String id,
      @Nullable String userId,
      @Nullable Object preferences,
      @Nullable Object data,
      @Nullable Long ttlSeconds) {

    public static Opening of(String userId) {
      return new Opening(null, userId, null, null, null);
    }
  }

  /**
   * Session.
   *
   * @param document the stored fields under their stored names
   */
  public record Session(
      String id,
      String space,
      @Nullable String userId,
      @Nullable Instant createdAt,
      @Nullable Instant lastActivityAt,
      long ttlSeconds,
      String version,
      JsonNode document) {}

  /** Session in a list. */
  public record Row(
      String id,
      @Nullable String userId,
      @Nullable Instant createdAt,
      @Nullable Instant lastActivityAt,
      long ttlSeconds) {}

  /** A page of sessions. */
  public record Page(List<Row> items, @Nullable String next) {}

  /**
   * Result of a logout everywhere.
   *
   * @param searching whether a background search for sessions of other services still runs
   */
  public record Ended(long ended, boolean searching) {}

  /** Message of a history. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Message(
      String role, String content, @Nullable String requestId, @Nullable Integer tokens) {

    public static Message of(String role, String content) {
      return new Message(role, content, null, null);
    }
  }

  /** Result of an append. */
  public record Appended(String id, long tokens, long contextWindowUsed, boolean repeated) {}

  /** The newest messages, as stored. */
  public record History(List<JsonNode> items, long totalTokens, boolean truncated) {}

  private record Ticket(String ticket) {}

  /** Opens a session. */
  public Session open(Opening opening) {
    return session(HttpCall.of("POST", "sessions").json(opening));
  }

  /** Reads a session, which counts as use; empty if it does not exist. */
  public Optional<Session> find(String id) {
    return found(HttpCall.of("GET", "sessions/{id}", id));
  }

  /** Reads a session without counting as use. */
  public Optional<Session> peek(String id) {
    return found(HttpCall.of("GET", "sessions/{id}", id).query("touch", false));
  }

  /** Changes fields by a JSON merge patch: null removes a field, other fields stay. */
  public Session patch(String id, Object patch) {
    return session(HttpCall.of("PATCH", "sessions/{id}", id).body(MERGE_PATCH, patch));
  }

  /**
   * Changes fields; fails with {@code version-conflict} if the session has changed since it was
   * read.
   */
  public Session patchUnchanged(Session read, Object patch) {
    return session(
        HttpCall.of("PATCH", "sessions/{id}", read.id())
            .body(MERGE_PATCH, patch)
            .onlyAt(read.version()));
  }

  /** Restarts the lifetime. */
  public Session touch(String id) {
    return session(HttpCall.of("POST", "sessions/{id}/touch", id).again());
  }

  /** Sets a lifetime for this session. */
  public Session extend(String id, Duration lifetime) {
    return session(
        HttpCall.of("POST", "sessions/{id}/extend", id)
            .json(Map.of("ttlSeconds", lifetime.toSeconds()))
            .again());
  }

  /** Moves the session to a new id, for example after a login; the old id is invalid at once. */
  public Session rotate(String id) {
    return session(HttpCall.of("POST", "sessions/{id}/rotate", id));
  }

  /** Ends the session permanently, whether it exists or not. */
  public void end(String id) {
    sender.send(HttpCall.of("DELETE", "sessions/{id}", id));
  }

  /** Lists all sessions of a user. */
  public List<Row> ofUser(String user) {
    return rows(HttpCall.of("GET", "users/{user}/sessions", user));
  }

  /** All live sessions of the space. */
  public List<Row> list() {
    return rows(HttpCall.of("GET", "sessions"));
  }

  private List<Row> rows(HttpCall first) {
    return CursorPages.all(
        first,
        call -> {
          Page page = WireJson.read(sender.send(call), Page.class);
          return new CursorPages.Page<>(page.items(), page.next());
        });
  }

  /**
   * Logs a user out everywhere.
   *
   * @param except the session to keep; null for none
   */
  public Ended endAllOf(String user, @Nullable String except) {
    HttpCall call = HttpCall.of("DELETE", "users/{user}/sessions", user).query("except", except);
    return WireJson.read(sender.send(call), Ended.class);
  }

  /** Appends a message exactly once, also if the call is retried. */
  public Appended append(String id, Message message) {
    return append(id, message, UUID.randomUUID().toString());
  }

  /** Appends a message under an idempotency key: repetitions with the same key append it once. */
  public Appended append(String id, Message message, String idempotencyKey) {
    HttpCall call =
        HttpCall.of("POST", "sessions/{id}/history", id)
            .json(message)
            .header("Idempotency-Key", idempotencyKey)
            .again();
    return WireJson.read(sender.send(call), Appended.class);
  }

  /**
   * Reads the newest messages, in ascending order.
   *
   * @param maxTokens maximum of their tokens together; null for all
   */
  public History history(String id, @Nullable Integer maxTokens) {
    HttpCall call = HttpCall.of("GET", "sessions/{id}/history", id).query("maxTokens", maxTokens);
    return WireJson.read(sender.send(call), History.class);
  }

  /** Gets a ticket that opens one WebSocket of the session within 30 s. */
  public String ticket(String id) {
    HttpCall call = HttpCall.of("POST", "sessions/{id}/ticket", id).again();
    return WireJson.read(sender.send(call), Ticket.class).ticket();
  }

  /**
   * Gets a ticket that opens one WebSocket of an observer, which has no session and only watches.
   */
  public String observerTicket() {
    HttpCall call = HttpCall.of("POST", "realtime/ticket").again();
    return WireJson.read(sender.send(call), Ticket.class).ticket();
  }

  private Session session(HttpCall call) {
    return WireJson.read(sender.send(call), Session.class);
  }

  private Optional<Session> found(HttpCall call) {
    try {
      return Optional.of(session(call));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.SESSION_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
