package io.aetherkeep.bus;

import java.util.Locale;
import java.util.Optional;

/** Failure codes. Their names are the same on every interface, and stable once published. */
public enum Code {
  INVALID_ID(Kind.INVALID, "The id is not valid"),
  INVALID_BODY(Kind.INVALID, "The body is not what is expected here"),
  INVALID_HEADER(Kind.INVALID, "A header is not valid"),
  INVALID_PARAMETER(Kind.INVALID, "A parameter is not valid"),
  INVALID_REQUEST(Kind.INVALID, "The request is not valid HTTP"),
  INVALID_MAX_AGE(Kind.INVALID, "The lifetime is not valid"),
  INVALID_TAG(Kind.INVALID, "A tag is not valid"),
  INVALID_PATTERN(Kind.INVALID, "The pattern is not valid"),
  INVALID_OFFSET(Kind.INVALID, "The offset is not one of this stream"),
  INVALID_TTL(Kind.INVALID, "The lifetime is not valid"),
  KEY_REUSED(Kind.INVALID, "The idempotency key was used for something else"),
  UNREADABLE_VALUE(Kind.INVALID, "The stored value cannot be read as what it should be"),
  INVALID_CONFIG(Kind.INVALID, "The configuration is not as its schema says"),
  TOO_LARGE(Kind.INVALID, "The body is too large"),
  TOO_MANY_MEMBERS(Kind.INVALID, "An object has too many members"),
  UNSUPPORTED_VALUE(Kind.INVALID, "The layout of this space cannot hold a value"),
  URI_TOO_LONG(Kind.INVALID, "The address is too long"),
  HEADERS_TOO_LARGE(Kind.INVALID, "The headers are too large"),
  UNSUPPORTED_MEDIA_TYPE(Kind.INVALID, "The media type is not supported"),
  BODY_TIMEOUT(Kind.INVALID, "The body did not arrive in time"),
  UPGRADE_REQUIRED(Kind.INVALID, "This is served over a WebSocket"),
  SUBPROTOCOL_UNKNOWN(Kind.INVALID, "The WebSocket's subprotocol is not offered here"),
  WRONG_ORDER(Kind.INVALID, "This does not come now"),
  TOO_MANY_TOPICS(Kind.INVALID, "A socket watches only so many topics"),
  NO_CREDENTIALS(Kind.UNAUTHENTICATED, "This is answered to those only who say who they are"),
  BAD_CREDENTIALS(Kind.UNAUTHENTICATED, "The credential is not good"),
  EXPIRED_CREDENTIALS(Kind.UNAUTHENTICATED, "The credential has expired"),
  OTHER_SPACE(Kind.FORBIDDEN, "The credential is for another space"),
  OTHER_SESSION(Kind.FORBIDDEN, "The credential is for another session"),
  PRODUCER_FENCED(Kind.FORBIDDEN, "A newer epoch of this producer has begun"),
  MISSING_SCOPE(Kind.FORBIDDEN, "The credential lacks a scope"),
  OTHER_HOST(Kind.FORBIDDEN, "The request is meant for another host"),
  OTHER_ORIGIN(Kind.FORBIDDEN, "A page of this origin may not do this"),
  ROUTE_UNKNOWN(Kind.UNKNOWN, "There is nothing at this address"),
  METHOD_NOT_ALLOWED(Kind.UNKNOWN, "This method is not served at this address"),
  SPACE_UNKNOWN(Kind.UNKNOWN, "There is no such space"),
  KEYSPACE_UNKNOWN(Kind.UNKNOWN, "There is no such keyspace"),
  ENTRY_UNKNOWN(Kind.UNKNOWN, "There is no such entry"),
  CONFIG_UNKNOWN(Kind.UNKNOWN, "There is no such configuration"),
  VERSION_UNKNOWN(Kind.UNKNOWN, "There is no such version"),
  INVALIDATION_UNKNOWN(Kind.UNKNOWN, "There is no such invalidation"),
  SESSION_UNKNOWN(Kind.UNKNOWN, "There is no such session"),
  HISTORY_UNKNOWN(Kind.UNKNOWN, "The sessions of this space have no history"),
  PROVIDER_UNKNOWN(Kind.UNKNOWN, "Nothing is known of this provider"),
  STATUS_UNKNOWN(Kind.UNKNOWN, "There is no such status"),
  STATUS_EXPIRED(Kind.UNKNOWN, "The status was known and has expired"),
  STREAM_UNKNOWN(Kind.UNKNOWN, "There is no such stream"),
  STREAM_GONE(Kind.UNKNOWN, "The stream was deleted; forks of it live on"),
  OFFSET_GONE(Kind.UNKNOWN, "What stood at this offset is not there any more"),
  OP_UNKNOWN(Kind.UNKNOWN, "There is no such op"),
  TOPIC_UNKNOWN(Kind.UNKNOWN, "There is no such topic"),
  TICKET_UNKNOWN(Kind.UNKNOWN, "The ticket is none, or was used"),
  SESSION_EXISTS(Kind.CONFLICT, "The session's id is taken"),
  LOGGED_OUT(Kind.CONFLICT, "The user has logged out everywhere meanwhile"),
  TOO_MANY_SESSIONS(Kind.CONFLICT, "The user has as many sessions as one may have"),
  TOO_MANY_STREAMS(Kind.CONFLICT, "The user plays as much at once as one may"),
  STATUS_FINAL(Kind.CONFLICT, "The status is final until a new attempt"),
  STALE_ATTEMPT(Kind.CONFLICT, "A newer attempt has begun"),
  STATUS_BEHIND(Kind.CONFLICT, "The status is further along than this"),
  STREAM_EXISTS(Kind.CONFLICT, "The path has a stream of another configuration"),
  STREAM_CLOSED(Kind.CONFLICT, "The stream is closed"),
  STREAM_STOPPED(Kind.CONFLICT, "The stream was stopped"),
  SOURCE_GONE(Kind.CONFLICT, "The source of the fork was deleted"),
  CONTENT_TYPE_CONFLICT(Kind.CONFLICT, "The stream is of another content type"),
  SEQUENCE_CONFLICT(Kind.CONFLICT, "The sequence number does not follow the last one"),
  VERSION_CONFLICT(Kind.CONFLICT, "The entry is not in the state that the request expects"),
  RATE_LIMITED(Kind.OVERLOADED, "There were too many requests in a short time"),
  OVERLOADED(Kind.OVERLOADED, "There is too much to do at the moment"),
  ORIGIN_UNAVAILABLE(Kind.UNAVAILABLE, "The system of record cannot be reached"),
  REDIS_UNAVAILABLE(Kind.UNAVAILABLE, "Redis cannot be reached"),
  REDIS_MISCONFIGURED(Kind.UNAVAILABLE, "Redis is not set up for what is asked of it"),
  DEADLINE_EXCEEDED(Kind.UNAVAILABLE, "The answer did not come in time"),
  NOT_SERVING(Kind.UNAVAILABLE, "The part that answers this is not running"),
  INTERNAL(Kind.BUG, "Something is broken here");

  private final Kind kind;
  private final String title;
  private final String text;

  Code(Kind kind, String title) {
    this.kind = kind;
    this.title = title;
    this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Kind kind() {
    return kind;
  }

  /** A description that is safe to show to anyone. */
  public String title() {
    return title;
  }

  /** The name as clients see it: {@code invalid-id}. */
  public String text() {
    return text;
  }

  static Optional<Code> of(String text) {
    for (Code code : values()) {
      if (code.text.equals(text)) {
        return Optional.of(code);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
