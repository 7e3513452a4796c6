package io.aetherkeep.router.http;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.codec.FramingException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Problem documents (RFC 9457) of failures; every failure code has a status. */
public final class Problems {

  private static final System.Logger LOG = System.getLogger(Problems.class.getName());

  private static final CharSequence CHALLENGE = HttpHeaders.createOptimized("WWW-Authenticate");

  /**
   * Time for which the rest of a refused body is read and dropped, so that the client sees the
   * answer.
   */
  private static final long PATIENCE_MILLIS = 2000;

  private final Vertx vertx;
  private final @Nullable SpaceNames spaces;

  public Problems(Vertx vertx) {
    this(vertx, null);
  }

  /**
   * Creates problems that may list the known spaces.
   *
   * @param spaces null if callers may not see all of them
   */
  public Problems(Vertx vertx, @Nullable SpaceNames spaces) {
    this.vertx = vertx;
    this.spaces = spaces;
  }

  /** Problem document. */
  record Problem(
      String type,
      String title,
      int status,
      String detail,
      String code,
      boolean retry,
      String requestId,
      @JsonAnyGetter Map<String, ?> members) {}

  public void send(HttpServerRequest request, Throwable thrown) {
    send(request, thrown, Failure::members);
  }

  /**
   * Answers with a problem document.
   *
   * @param members its extension members
   */
  public void send(
      HttpServerRequest request, Throwable thrown, Function<Failure, Map<String, ?>> members) {
    Failure failure = Failure.from(thrown);
    if (failure.code() == Code.SPACE_UNKNOWN && spaces != null) {
      failure = spaces.unknown(Caller.ANYBODY);
    }
    if (failure.code() == Code.INTERNAL) {
      LOG.log(System.Logger.Level.ERROR, "Request " + RequestId.of(request) + " failed", thrown);
    }
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    int status = status(failure.code());
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (failure.kind() == Kind.UNAVAILABLE || failure.kind() == Kind.OVERLOADED) {
      if (!response.headers().contains(HttpHeaders.RETRY_AFTER)) {
        response.putHeader(HttpHeaders.RETRY_AFTER, "1");
      }
    }
    challenge(response, failure);
    Problem problem = problem(request, failure, status, members.apply(failure));
    finish(request, Buffer.buffer(RecordJson.write(problem)));
  }

  /** Adds the challenge of RFC 6750 to a refusal of credentials. */
  private static void challenge(HttpServerResponse response, Failure failure) {
    if (failure.kind() == Kind.UNAUTHENTICATED) {
      String reason =
          failure.code() == Code.NO_CREDENTIALS
              ? ""
              : ", error=\"invalid_token\", error_description=\"" + failure.code().text() + "\"";
      response.putHeader(CHALLENGE, "Bearer realm=\"aetherkeep\"" + reason);
    } else if (failure.code() == Code.MISSING_SCOPE) {
      response.putHeader(CHALLENGE, "Bearer realm=\"aetherkeep\", error=\"insufficient_scope\"");
    }
  }

  private static Problem problem(
      HttpServerRequest request, Failure failure, int status, Map<String, ?> members) {
    Code code = failure.code();
    return new Problem(
        "urn:aetherkeep:problem:" + code.text(),
        code.title(),
        status,
        failure.detail(),
        code.text(),
        code.kind().retry(),
        RequestId.of(request),
        members);
  }

  /**
   * Ends an answer whose request body may still be arriving. Over HTTP/1.1 no request can follow
   * such a body, so the connection ends too; over HTTP/2 only the stream does.
   */
  private void finish(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = request.response();
    if (!request.isEnded() && mayHaveBody(request)) {
      request.handler(more -> {});
      request.resume();
      if (request.version() != HttpVersion.HTTP_2) {
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        vertx.setTimer(PATIENCE_MILLIS, late -> request.connection().close());
      }
    }
    response.end(body);
  }

  /** Whether a request may have a body; one without is complete before its end is seen. */
  private static boolean mayHaveBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.version() == HttpVersion.HTTP_2
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  /** Answers a request that could not be decoded. */
  public void invalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Code code = Code.INVALID_REQUEST;
    if (cause instanceof TooLongHttpLineException) {
      code = Code.URI_TOO_LONG;
    } else if (cause instanceof TooLongHttpHeaderException
        || cause instanceof TooLongFrameException) {
      code = Code.HEADERS_TOO_LARGE;
    }
    RequestId.give(request);
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    String detail =
        cause instanceof FramingException framing
            ? String.valueOf(framing.getMessage())
            : "The request was not read further";
    send(request, Failure.of(code, detail));
    request.connection().close();
  }

  /** Returns the HTTP status of a code. */
  public static int status(Code code) {
    return switch (code) {
      case INVALID_ID,
          INVALID_OFFSET,
          INVALID_BODY,
          INVALID_HEADER,
          INVALID_PARAMETER,
          INVALID_REQUEST,
          INVALID_MAX_AGE,
          INVALID_TAG,
          INVALID_TTL,
          INVALID_PATTERN,
          WEBHOOK_URL_REJECTED,
          SUBPROTOCOL_UNKNOWN,
          WRONG_ORDER,
          TOO_MANY_TOPICS ->
          400;
      case NO_CREDENTIALS, BAD_CREDENTIALS, EXPIRED_CREDENTIALS -> 401;
      case OTHER_SPACE,
          OTHER_SESSION,
          PRODUCER_FENCED,
          MISSING_SCOPE,
          OTHER_HOST,
          OTHER_ORIGIN,
          BAD_CSRF_TOKEN ->
          403;
      case ROUTE_UNKNOWN,
          SPACE_UNKNOWN,
          KEYSPACE_UNKNOWN,
          ENTRY_UNKNOWN,
          CONFIG_UNKNOWN,
          VERSION_UNKNOWN,
          INVALIDATION_UNKNOWN,
          SESSION_UNKNOWN,
          LEASE_UNKNOWN,
          PROVIDER_UNKNOWN,
          HISTORY_UNKNOWN,
          STATUS_UNKNOWN,
          STREAM_UNKNOWN,
          TICKET_UNKNOWN,
          WEBHOOK_UNKNOWN,
          SUBSCRIPTION_UNKNOWN,
          OP_UNKNOWN,
          TOPIC_UNKNOWN ->
          404;
      case METHOD_NOT_ALLOWED -> 405;
      case BODY_TIMEOUT -> 408;
      case SESSION_EXISTS,
          LOGGED_OUT,
          TOO_MANY_SESSIONS,
          TOO_MANY_STREAMS,
          STATUS_FINAL,
          STALE_ATTEMPT,
          STATUS_BEHIND,
          TOO_MANY_WEBHOOKS,
          WEBHOOK_BY_SETTINGS,
          SUBSCRIPTION_EXISTS,
          TOO_MANY_SUBSCRIPTIONS,
          TOO_MANY_LINKS,
          WAKE_FENCED,
          ALREADY_CLAIMED,
          NO_PENDING_WORK,
          ACK_CONFLICT,
          STREAM_EXISTS,
          STREAM_CLOSED,
          STREAM_STOPPED,
          SOURCE_GONE,
          CONTENT_TYPE_CONFLICT,
          SEQUENCE_CONFLICT ->
          409;
      case STATUS_EXPIRED, STREAM_GONE, OFFSET_GONE -> 410;
      case VERSION_CONFLICT -> 412;
      case TOO_LARGE -> 413;
      case URI_TOO_LONG -> 414;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case INVALID_CONFIG,
          CROSS_SLOT,
          UNREADABLE_VALUE,
          KEY_REUSED,
          TOO_MANY_MEMBERS,
          UNSUPPORTED_VALUE ->
          422;
      case UPGRADE_REQUIRED -> 426;
      case RATE_LIMITED, OVERLOADED -> 429;
      case HEADERS_TOO_LARGE -> 431;
      case INTERNAL -> 500;
      case ORIGIN_UNAVAILABLE,
          REDIS_UNAVAILABLE,
          REDIS_MISCONFIGURED,
          DEADLINE_EXCEEDED,
          NOT_SERVING ->
          503;
    };
  }
}
