package io.aetherkeep.bus;

import java.util.Locale;
import java.util.Optional;

/** Failure codes. Their names are the same on every interface, and stable once published. */
public enum Code {
  INVALID_ID(Kind.INVALID, "The id is not valid"),
  INVALID_BODY(Kind.INVALID, "The body is not valid"),
  INVALID_HEADER(Kind.INVALID, "A header is not valid"),
  INVALID_PARAMETER(Kind.INVALID, "A parameter is not valid"),
  INVALID_REQUEST(Kind.INVALID, "The request is not valid HTTP"),
  INVALID_MAX_AGE(Kind.INVALID, "The lifetime is not valid"),
  INVALID_TAG(Kind.INVALID, "A tag is not valid"),
  INVALID_PATTERN(Kind.INVALID, "The pattern is not valid"),
  INVALID_OFFSET(Kind.INVALID, "The offset is not valid for this stream"),
  INVALID_TTL(Kind.INVALID, "The lifetime is not valid"),
  KEY_REUSED(Kind.INVALID, "The idempotency key was used for something else"),
  UNREADABLE_VALUE(Kind.INVALID, "The stored value has an unexpected type or format"),
  INVALID_CONFIG(Kind.INVALID, "The configuration does not match its schema"),
  CROSS_SLOT(Kind.INVALID, "A Redis Cluster cannot change these keys at once"),
  WEBHOOK_URL_REJECTED(Kind.INVALID, "The URL of the webhook may not be dialled"),
  TOO_LARGE(Kind.INVALID, "The body is too large"),
  TOO_MANY_MEMBERS(Kind.INVALID, "An object has too many members"),
  UNSUPPORTED_VALUE(Kind.INVALID, "The layout of this space cannot hold a value"),
  URI_TOO_LONG(Kind.INVALID, "The URI is too long"),
  HEADERS_TOO_LARGE(Kind.INVALID, "The headers are too large"),
  UNSUPPORTED_MEDIA_TYPE(Kind.INVALID, "The media type is not supported"),
  BODY_TIMEOUT(Kind.INVALID, "The body did not arrive in time"),
  UPGRADE_REQUIRED(Kind.INVALID, "This path requires a WebSocket"),
  SUBPROTOCOL_UNKNOWN(Kind.INVALID, "The WebSocket subprotocol is not supported"),
  WRONG_ORDER(Kind.INVALID, "The message is not expected now"),
  TOO_MANY_TOPICS(Kind.INVALID, "The socket watches too many topics"),
  NO_CREDENTIALS(Kind.UNAUTHENTICATED, "Credentials are required"),
  BAD_CREDENTIALS(Kind.UNAUTHENTICATED, "The credential is not valid"),
  EXPIRED_CREDENTIALS(Kind.UNAUTHENTICATED, "The credential has expired"),
  OTHER_SPACE(Kind.FORBIDDEN, "The credential is for another space"),
  OTHER_SESSION(Kind.FORBIDDEN, "The credential is for another session"),
  PRODUCER_FENCED(Kind.FORBIDDEN, "A newer epoch of this producer has started"),
  MISSING_SCOPE(Kind.FORBIDDEN, "The credential lacks a scope"),
  OTHER_HOST(Kind.FORBIDDEN, "The request is meant for another host"),
  OTHER_ORIGIN(Kind.FORBIDDEN, "Pages of this origin are not allowed"),
  BAD_CSRF_TOKEN(Kind.FORBIDDEN, "The CSRF token is missing, or is of another session"),
  ROUTE_UNKNOWN(Kind.UNKNOWN, "There is no such path"),
  METHOD_NOT_ALLOWED(Kind.UNKNOWN, "The path does not support this method"),
  SPACE_UNKNOWN(Kind.UNKNOWN, "There is no such space"),
  KEYSPACE_UNKNOWN(Kind.UNKNOWN, "There is no such keyspace"),
  ENTRY_UNKNOWN(Kind.UNKNOWN, "There is no such entry"),
  CONFIG_UNKNOWN(Kind.UNKNOWN, "There is no such configuration"),
  VERSION_UNKNOWN(Kind.UNKNOWN, "There is no such version"),
  INVALIDATION_UNKNOWN(Kind.UNKNOWN, "There is no such invalidation"),
  SESSION_UNKNOWN(Kind.UNKNOWN, "There is no such session"),
  HISTORY_UNKNOWN(Kind.UNKNOWN, "The sessions of this space have no history"),
  LEASE_UNKNOWN(Kind.UNKNOWN, "There is no such lease"),
  PROVIDER_UNKNOWN(Kind.UNKNOWN, "There is no such provider"),
  STATUS_UNKNOWN(Kind.UNKNOWN, "There is no such status"),
  STATUS_EXPIRED(Kind.UNKNOWN, "The status was known and has expired"),
  STREAM_UNKNOWN(Kind.UNKNOWN, "There is no such stream"),
  STREAM_GONE(Kind.UNKNOWN, "The stream was deleted; forks of it live on"),
  OFFSET_GONE(Kind.UNKNOWN, "The data at this offset no longer exists"),
  OP_UNKNOWN(Kind.UNKNOWN, "There is no such op"),
  TOPIC_UNKNOWN(Kind.UNKNOWN, "There is no such topic"),
  TICKET_UNKNOWN(Kind.UNKNOWN, "The ticket is unknown, used or expired"),
  WEBHOOK_UNKNOWN(Kind.UNKNOWN, "There is no such webhook"),
  SUBSCRIPTION_UNKNOWN(Kind.UNKNOWN, "There is no such subscription"),
  SESSION_EXISTS(Kind.CONFLICT, "The session id is taken"),
  LOGGED_OUT(Kind.CONFLICT, "The user has logged out everywhere in the meantime"),
  TOO_MANY_SESSIONS(Kind.CONFLICT, "The user has too many sessions"),
  TOO_MANY_STREAMS(Kind.CONFLICT, "The user plays too many streams at once"),
  STATUS_FINAL(Kind.CONFLICT, "The status is final until a new attempt"),
  STALE_ATTEMPT(Kind.CONFLICT, "A newer attempt has started"),
  STATUS_BEHIND(Kind.CONFLICT, "The stored status is further along"),
  TOO_MANY_WEBHOOKS(Kind.CONFLICT, "The space has too many webhooks"),
  WEBHOOK_BY_SETTINGS(Kind.CONFLICT, "The webhook is declared by the settings"),
  SUBSCRIPTION_EXISTS(Kind.CONFLICT, "The subscription has another configuration"),
  TOO_MANY_SUBSCRIPTIONS(Kind.CONFLICT, "The space has too many subscriptions"),
  TOO_MANY_LINKS(Kind.CONFLICT, "The subscription has too many streams"),
  WAKE_FENCED(Kind.CONFLICT, "The wake is over, or another one has begun"),
  ALREADY_CLAIMED(Kind.CONFLICT, "Another worker holds the lease"),
  NO_PENDING_WORK(Kind.CONFLICT, "No stream of the subscription has anything new"),
  ACK_CONFLICT(Kind.CONFLICT, "The acknowledged offset does not follow the last one"),
  STREAM_EXISTS(Kind.CONFLICT, "The path has a stream of another configuration"),
  STREAM_CLOSED(Kind.CONFLICT, "The stream is closed"),
  STREAM_STOPPED(Kind.CONFLICT, "The stream was stopped"),
  SOURCE_GONE(Kind.CONFLICT, "The source of the fork was deleted"),
  CONTENT_TYPE_CONFLICT(Kind.CONFLICT, "The stream is of another content type"),
  SEQUENCE_CONFLICT(Kind.CONFLICT, "The sequence number does not follow the last one"),
  VERSION_CONFLICT(Kind.CONFLICT, "The entry is not in the state that the request expects"),
  RATE_LIMITED(Kind.OVERLOADED, "Too many requests in a short time"),
  OVERLOADED(Kind.OVERLOADED, "The server is overloaded"),
  ORIGIN_UNAVAILABLE(Kind.UNAVAILABLE, "The system of record cannot be reached"),
  REDIS_UNAVAILABLE(Kind.UNAVAILABLE, "Redis cannot be reached"),
  REDIS_MISCONFIGURED(Kind.UNAVAILABLE, "Redis lacks a permission or a setting"),
  DEADLINE_EXCEEDED(Kind.UNAVAILABLE, "The answer did not arrive in time"),
  NOT_SERVING(Kind.UNAVAILABLE, "The answering component is not running"),
  INTERNAL(Kind.BUG, "An internal error occurred");

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
