package io.aetherkeep.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Stable code of a problem. */
public enum ProblemCode {
  BAD_CREDENTIALS,
  BODY_TIMEOUT,
  CONFIG_UNKNOWN,
  CONTENT_TYPE_CONFLICT,
  CROSS_SLOT,
  DEADLINE_EXCEEDED,
  ENTRY_UNKNOWN,
  EXPIRED_CREDENTIALS,
  HEADERS_TOO_LARGE,
  HISTORY_UNKNOWN,
  INTERNAL,
  INVALID_BODY,
  INVALID_CONFIG,
  INVALID_HEADER,
  INVALID_ID,
  INVALID_MAX_AGE,
  INVALID_OFFSET,
  INVALID_PARAMETER,
  INVALID_PATTERN,
  INVALID_REQUEST,
  INVALID_TAG,
  INVALID_TTL,
  INVALIDATION_UNKNOWN,
  KEY_REUSED,
  KEYSPACE_UNKNOWN,
  LEASE_UNKNOWN,
  LOGGED_OUT,
  METHOD_NOT_ALLOWED,
  MISSING_SCOPE,
  NO_CREDENTIALS,
  NOT_SERVING,
  OFFSET_GONE,
  OP_UNKNOWN,
  ORIGIN_UNAVAILABLE,
  OTHER_HOST,
  OTHER_ORIGIN,
  BAD_CSRF_TOKEN,
  OTHER_SESSION,
  OTHER_SPACE,
  OVERLOADED,
  PRODUCER_FENCED,
  PROVIDER_UNKNOWN,
  RATE_LIMITED,
  REDIS_MISCONFIGURED,
  REDIS_UNAVAILABLE,
  ROUTE_UNKNOWN,
  SEQUENCE_CONFLICT,
  SESSION_EXISTS,
  SESSION_UNKNOWN,
  SOURCE_GONE,
  SPACE_UNKNOWN,
  STALE_ATTEMPT,
  STATUS_BEHIND,
  STATUS_EXPIRED,
  STATUS_FINAL,
  STATUS_UNKNOWN,
  STREAM_CLOSED,
  STREAM_EXISTS,
  STREAM_GONE,
  STREAM_STOPPED,
  STREAM_UNKNOWN,
  SUBPROTOCOL_UNKNOWN,
  TICKET_UNKNOWN,
  TOO_LARGE,
  TOO_MANY_MEMBERS,
  TOO_MANY_SESSIONS,
  TOO_MANY_STREAMS,
  TOO_MANY_TOPICS,
  TOO_MANY_WEBHOOKS,
  TOPIC_UNKNOWN,
  UNREADABLE_VALUE,
  UNSUPPORTED_MEDIA_TYPE,
  UNSUPPORTED_VALUE,
  UPGRADE_REQUIRED,
  URI_TOO_LONG,
  VERSION_CONFLICT,
  VERSION_UNKNOWN,
  WEBHOOK_BY_SETTINGS,
  WEBHOOK_UNKNOWN,
  WRONG_ORDER,

  /** A code of a newer node, or a response that is not a problem document, such as a proxy's. */
  OTHER;

  private static final Map<String, ProblemCode> BY_TEXT =
      Arrays.stream(values()).collect(Collectors.toMap(ProblemCode::text, Function.identity()));

  /** The code on the wire: {@code session-unknown}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Parses a code; {@link #OTHER} if this version of the client does not know it. */
  public static ProblemCode of(String text) {
    return BY_TEXT.getOrDefault(text, OTHER);
  }
}
