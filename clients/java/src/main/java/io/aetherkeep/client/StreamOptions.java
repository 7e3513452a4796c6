package io.aetherkeep.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Options of a new stream.
 *
 * @param contentType {@code application/json} for messages, otherwise bytes of this type
 * @param ttl how long it lives after its last use; null for the node's default
 * @param lease silence of its producer after which it is closed as abandoned; null for never
 * @param session the session to whose history its text is appended when it closes
 * @param text in a JSON stream, the JSON pointer of the text in each message
 * @param status the status that follows the stream, as {@code kind/id}
 * @param forkOf the path of another stream to fork, whose data it begins with
 * @param forkOffset the offset in that stream at which it forks; null for its end
 */
public record StreamOptions(
    String contentType,
    @Nullable Duration ttl,
    @Nullable Duration lease,
    @Nullable String session,
    @Nullable String text,
    @Nullable String status,
    @Nullable String forkOf,
    @Nullable String forkOffset) {

  /** A stream of JSON messages. */
  public static StreamOptions ofJson() {
    return of("application/json");
  }

  /** A stream of text. */
  public static StreamOptions ofText() {
    return of("text/plain; charset=utf-8");
  }

  /** A stream of bytes of a type. */
  public static StreamOptions of(String contentType) {
    return new StreamOptions(contentType, null, null, null, null, null, null, null);
  }

  public StreamOptions withTtl(Duration after) {
    return new StreamOptions(contentType, after, lease, session, text, status, forkOf, forkOffset);
  }

  public StreamOptions withLease(Duration silence) {
    return new StreamOptions(contentType, ttl, silence, session, text, status, forkOf, forkOffset);
  }

  /** Appends the text to a session's history when the stream closes. */
  public StreamOptions intoHistoryOf(String id) {
    return new StreamOptions(contentType, ttl, lease, id, text, status, forkOf, forkOffset);
  }

  public StreamOptions withTextAt(String pointer) {
    return new StreamOptions(contentType, ttl, lease, session, pointer, status, forkOf, forkOffset);
  }

  public StreamOptions withStatus(String kind, String id) {
    return new StreamOptions(
        contentType, ttl, lease, session, text, kind + "/" + id, forkOf, forkOffset);
  }

  public StreamOptions forking(String path, @Nullable String offset) {
    return new StreamOptions(contentType, ttl, lease, session, text, status, path, offset);
  }
}
