package io.aetherkeep.router.http;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
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

/** Reads requests: path segments, the body within its bounds. */
public final class Requests {

  private static final String MERGE_PATCH = "application/merge-patch+json";

  private final Vertx vertx;
  private final RouterSettings settings;
  private final Function<String, InstantSource> clocks;

  public Requests(Vertx vertx, RouterSettings settings, Function<String, InstantSource> clocks) {
    this.vertx = vertx;
    this.settings = settings;
    this.clocks = clocks;
  }

  /** The clock by which a space's times are written, which is its Redis's. */
  public InstantSource clock(String space) {
    return clocks.apply(space);
  }

  public Vertx vertx() {
    return vertx;
  }

  /** The decoded segments of a path from a position on: {@code /api/v1/space} are 0 to 2. */
  public static List<String> segments(RoutingContext context, int from) {
    String path = context.normalizedPath();
    List<String> segments = new ArrayList<>(4);
    int number = 0;
    for (int start = 1; start <= path.length(); number++) {
      int end = path.indexOf('/', start);
      end = end < 0 ? path.length() : end;
      if (number >= from) {
        segments.add(PercentDecoder.decoded(path.substring(start, end)));
      }
      start = end + 1;
    }
    return segments;
  }

  /** The space that a path of the API names. */
  public static String space(RoutingContext context) {
    return segments(context, 2).get(0);
  }

  /** What follows the resource in a path of the API, such as the session's id. */
  public static String id(RoutingContext context) {
    return segments(context, 4).get(0);
  }

  /** A parameter that is true or false, or nothing where it is not given. */
  static @Nullable public Boolean flag(HttpServerRequest request, String name) {
    String value = request.getParam(name);
    if (value == null || value.equals("true") || value.equals("false")) {
      return value == null ? null : Boolean.valueOf(value);
    }
    throw Failure.of(Code.INVALID_PARAMETER, name + " is true or false");
  }

  /** A parameter that is a whole number, or nothing where it is not given. */
  static @Nullable public Integer number(HttpServerRequest request, String name) {
    String value = request.getParam(name);
    if (value == null || value.matches("[0-9]{1,9}")) {
      return value == null ? null : Integer.valueOf(value);
    }
    throw Failure.of(Code.INVALID_PARAMETER, name + " is a whole number");
  }

  /**
   * The largest body a space takes; an unknown space takes what any takes, and is refused later.
   */
  public int limit(String space) {
    return settings.bodyLimits().getOrDefault(space, 1 << 20);
  }

  /** The JSON body as the record that it is to be. */
  public <T> Future<T> record(HttpServerRequest request, String space, Class<T> type) {
    return jsonBody(request, limit(space))
        .compose(
            body ->
                Offload.run(
                    body.length(),
                    () -> RecordJson.read(Document.received(body).bytes().getBytes(), type)));
  }

  /** The JSON body as the document that it is. */
  public Future<Document> document(HttpServerRequest request, String space) {
    return jsonBody(request, limit(space))
        .compose(body -> Offload.run(body.length(), () -> Document.received(body)));
  }

  /** For how long an answer may be kept back before its connection counts as idle. */
  public Duration longestSilence() {
    return settings.idleTimeout().multipliedBy(9).dividedBy(10);
  }

  /** The JSON body, whole, once it is there; it must come within its time and its size. */
  public Future<Buffer> jsonBody(HttpServerRequest request, int limit) {
    try {
      requireJson(request);
    } catch (Failure failure) {
      return Future.failedFuture(failure);
    }
    return body(request, limit);
  }

  /** The body, whatever it is, once it is there; it must come within its time and its size. */
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
    long timer =
        vertx.setTimer(
            settings.bodyTimeout().toMillis(),
            late -> whole.tryFail(Failure.of(Code.BODY_TIMEOUT, "The body stopped coming")));
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() > limit) {
            whole.tryFail(tooLarge(limit));
          } else {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(end -> whole.tryComplete(body));
    request.exceptionHandler(broken -> whole.tryFail(brokenOff()));
    Context context = vertx.getOrCreateContext();
    StrictDecoder.onBrokenBody(
        request, () -> context.runOnContext(now -> whole.tryFail(brokenOff())));
    return whole
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              StrictDecoder.onBrokenBody(request, null);
            });
  }

  private static Failure brokenOff() {
    return Failure.of(Code.INVALID_REQUEST, "The body broke off, or its chunks are none");
  }

  private static void requireJson(HttpServerRequest request) {
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    if (request.method().equals(HttpMethod.PATCH)) {
      requireMergePatch(request, types);
    }
    if (types.size() != 1 || !isJson(types.get(0).toLowerCase(Locale.ROOT))) {
      throw Failure.of(Code.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: application/json");
    }
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Failure.of(Code.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding");
    }
  }

  /** Another patch format would be taken for a merge patch, and change what it does not mean. */
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
    return Failure.of(Code.TOO_LARGE, "A body has at most " + limit + " bytes here");
  }
}
