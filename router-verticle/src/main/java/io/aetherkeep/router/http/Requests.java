package io.aetherkeep.router.http;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.router.codec.StrictDecoder;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reader of requests: path segments, parameters, and the body within its limits. */
public final class Requests {

  /** Attribute with the session that {@code self} in the path stands for. */
  private static final String OWN = "aetherkeep.self";

  /** Index of a session's id in an API path. */
  private static final int ID = 4;

  private static final String MERGE_PATCH = "application/merge-patch+json";

  private final Vertx vertx;
  private final RouterSettings settings;
  private final Function<String, InstantSource> clocks;
  private final BodyDeadlines bodies;

  public Requests(Vertx vertx, RouterSettings settings, Function<String, InstantSource> clocks) {
    this.vertx = vertx;
    this.settings = settings;
    this.clocks = clocks;
    this.bodies = new BodyDeadlines(vertx, settings.connections().bodyTimeout());
  }

  /** Returns the clock of a space's Redis, which its timestamps come from. */
  public InstantSource clock(String space) {
    return clocks.apply(space);
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Returns the decoded segments of a path from an index on: {@code /api/v1/space} are 0 to 2. */
  public static List<String> segments(RoutingContext context, int from) {
    String path = context.normalizedPath();
    List<String> segments = new ArrayList<>(4);
    int number = 0;
    for (int start = 1; start <= path.length(); number++) {
      int end = path.indexOf('/', start);
      end = end < 0 ? path.length() : end;
      if (number >= from) {
        String own = number == ID ? context.get(OWN) : null;
        segments.add(own == null ? PercentDecoder.decoded(path.substring(start, end)) : own);
      }
      start = end + 1;
    }
    return segments;
  }

  /** Makes the session id in the path stand for another session. */
  public static void replaceId(RoutingContext context, String session) {
    context.put(OWN, session);
  }

  /** Returns the space in an API path. */
  public static String space(RoutingContext context) {
    return segments(context, 2).get(0);
  }

  /** Returns the segment after the resource in an API path, such as a session's id. */
  public static String id(RoutingContext context) {
    return segments(context, ID).get(0);
  }

  /** Returns a boolean parameter, or null if absent. */
  static @Nullable public Boolean flag(HttpServerRequest request, String name) {
    String value = request.getParam(name);
    if (value == null || value.equals("true") || value.equals("false")) {
      return value == null ? null : Boolean.valueOf(value);
    }
    throw Failure.of(Code.INVALID_PARAMETER, name + " must be true or false");
  }

  /** Returns a whole number parameter, or null if absent. */
  static @Nullable public Integer number(HttpServerRequest request, String name) {
    String value = request.getParam(name);
    if (value == null || Digits.isNumber(value, 9)) {
      return value == null ? null : Integer.valueOf(value);
    }
    throw Failure.of(Code.INVALID_PARAMETER, name + " must be a whole number");
  }

  /**
   * Returns the largest body of a space, or a default if the space is unknown and refused later.
   */
  public int limit(String space) {
    return settings.bodyLimits().getOrDefault(space, 1 << 20);
  }

  /** Reads the JSON body as a record. */
  public <T> Future<T> record(HttpServerRequest request, String space, Class<T> type) {
    return record(request, limit(space), type);
  }

  /** Reads the JSON body, up to a limit in bytes, as a record. */
  public <T> Future<T> record(HttpServerRequest request, int limit, Class<T> type) {
    return jsonBody(request, limit)
        .compose(
            body ->
                Offload.run(
                    body.length(),
                    () -> RecordJson.read(Document.received(body).bytes().getBytes(), type)));
  }

  /** Reads the JSON body as a document. */
  public Future<Document> document(HttpServerRequest request, String space) {
    return jsonBody(request, limit(space))
        .compose(body -> Offload.run(body.length(), () -> Document.received(body)));
  }

  /** Reads the body as the JSON string of a text: a text of any type, or a JSON document. */
  public Future<Document> text(HttpServerRequest request, String space) {
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    String type = types.size() == 1 ? types.get(0).toLowerCase(Locale.ROOT) : "";
    if (isJson(type)) {
      return document(request, space);
    }
    if (!type.startsWith("text/") || !isUtf8(type.split(";", -1))) {
      return Future.failedFuture(
          Failure.of(
              Code.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: text/plain, or application/json"));
    }
    try {
      requireIdentity(request);
    } catch (Failure failure) {
      return Future.failedFuture(failure);
    }
    return body(request, limit(space))
        .compose(body -> Offload.run(body.length(), () -> TextDocument.received(body)));
  }

  /** Returns how long an answer may be held: less than the idle timeout of its connection. */
  public Duration longestIdleTime() {
    return settings.connections().idleTimeout().multipliedBy(9).dividedBy(10);
  }

  /** Reads the whole JSON body within its limits of time and size. */
  public Future<Buffer> jsonBody(HttpServerRequest request, int limit) {
    try {
      requireJson(request);
    } catch (Failure failure) {
      return Future.failedFuture(failure);
    }
    return body(request, limit);
  }

  /** Reads the whole body, of any type, within its limits of time and size. */
  public Future<Buffer> body(HttpServerRequest request, int limit) {
    try {
      requireLength(request, limit);
    } catch (Failure failure) {
      return Future.failedFuture(failure);
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    return read(request, limit);
  }

  private Future<Buffer> read(HttpServerRequest request, int limit) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    bodies.limit(whole);
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() > limit) {
            whole.tryFail(tooLarge(limit));
          } else {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> whole.tryComplete(body));
    request.exceptionHandler(broken -> whole.tryFail(incompleteRequest()));
    Context context = vertx.getOrCreateContext();
    StrictDecoder.onBrokenBody(
        request, () -> context.runOnContext(now -> whole.tryFail(incompleteRequest())));
    return whole
        .future()
        .onComplete(
            done -> {
              bodies.remove(whole);
              StrictDecoder.onBrokenBody(request, null);
            });
  }

  private static Failure incompleteRequest() {
    return Failure.of(
        Code.INVALID_REQUEST, "The body ended early, or its chunked encoding is invalid");
  }

  private static void requireJson(HttpServerRequest request) {
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    if (request.method().equals(HttpMethod.PATCH)) {
      requireMergePatch(request, types);
    }
    if (types.size() != 1 || !isJson(types.get(0).toLowerCase(Locale.ROOT))) {
      throw Failure.of(Code.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: application/json");
    }
    requireIdentity(request);
  }

  private static void requireIdentity(HttpServerRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Failure.of(Code.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding");
    }
  }

  /** Refuses other patch formats, which a merge patch would misread. */
  private static void requireMergePatch(HttpServerRequest request, List<String> types) {
    String type = types.isEmpty() ? "" : types.get(0).split(";", -1)[0].trim();
    if (!type.equalsIgnoreCase(MERGE_PATCH) && !type.equalsIgnoreCase("application/json")) {
      request.response().putHeader("Accept-Patch", MERGE_PATCH + ", application/json");
      throw Failure.of(Code.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: " + MERGE_PATCH);
    }
  }

  private static boolean isJson(String type) {
    String[] parts = type.split(";", -1);
    String media = parts[0].trim();
    if (media.equals("application/json-patch+json")) {
      return false;
    }
    if (!media.equals("application/json")
        && !(media.startsWith("application/") && media.endsWith("+json"))) {
      return false;
    }
    return isUtf8(parts);
  }

  /** Whether the parameters of a media type name no other charset. */
  private static boolean isUtf8(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].trim().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return false;
      }
    }
    return true;
  }

  private static void requireLength(HttpServerRequest request, int limit) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && Long.parseLong(length) > limit) {
      throw tooLarge(limit);
    }
  }

  private static Failure tooLarge(int limit) {
    return Failure.of(Code.TOO_LARGE, "The body exceeds the limit of " + limit + " bytes");
  }
}
