package io.aetherkeep.router;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The ways to answer well. */
final class Answers {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence REVALIDATE = HttpHeaders.createOptimized("private, no-cache");

  private Answers() {}

  /** An answer that nobody keeps: it is another the next time, and of somebody. */
  static void json(HttpServerResponse response, Buffer body) {
    response.headers().set(HttpHeaders.CONTENT_TYPE, JSON).set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    response.end(body);
  }

  /** An answer that a client may keep but must ask about again, which costs it a 304. */
  static void revalidated(
      HttpServerRequest request, CharSequence type, String version, Buffer body) {
    HttpServerResponse response = request.response();
    response
        .headers()
        .set(HttpHeaders.ETAG, EntityTags.of(version))
        .set(HttpHeaders.CACHE_CONTROL, REVALIDATE)
        .add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (EntityTags.noneMatchNames(request, version)) {
      response.setStatusCode(304).end();
    } else {
      response.headers().set(HttpHeaders.CONTENT_TYPE, type);
      response.end(body);
    }
  }

  static void revalidatedJson(HttpServerRequest request, String version, Buffer body) {
    revalidated(request, JSON, version, body);
  }
}
