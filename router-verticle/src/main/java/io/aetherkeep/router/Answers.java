package io.aetherkeep.router;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.router.access.Caller;
import io.aetherkeep.router.access.Scope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** The ways to answer well. */
final class Answers {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence PREFER = HttpHeaders.createOptimized("Prefer");
  private static final CharSequence APPLIED = HttpHeaders.createOptimized("Preference-Applied");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence STALE = HttpHeaders.createOptimized("Aetherkeep-Stale");
  private static final CharSequence REVALIDATE = HttpHeaders.createOptimized("private, no-cache");

  private Answers() {}

  /** An answer that nobody keeps: it is another the next time, and of somebody. */
  static void json(HttpServerResponse response, Buffer body) {
    response.headers().set(HttpHeaders.CONTENT_TYPE, JSON).set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    response.end(body);
  }

  /**
   * What a write answers: the document that results, or nothing of it to those who prefer that (RFC
   * 7240) and to those whose credential reads nothing.
   */
  static void changed(RoutingContext context, Object record) {
    if (isMinimal(context)) {
      minimal(context);
    } else {
      json(context.response(), Buffer.buffer(RecordJson.write(record)));
    }
  }

  private static boolean isMinimal(RoutingContext context) {
    return !Caller.of(context).scopes().contains(Scope.READ)
        || "minimal"
            .equals(HeaderList.preference(context.request().headers().getAll(PREFER), "return"));
  }

  /** A status that was set says more than that there is nothing. */
  private static void minimal(RoutingContext context) {
    HttpServerResponse response = context.response();
    response.headers().set(APPLIED, "return=minimal").set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    if (response.getStatusCode() == 200) {
      response.setStatusCode(204);
    }
    response.end();
  }

  /** The same of a thing that has versions. */
  static void changed(RoutingContext context, String version, Object record) {
    String tag =
        isMinimal(context) ? EntityTags.of(version) : EntityTags.ofBody(context.request(), version);
    context.response().headers().set(HttpHeaders.ETAG, tag);
    changed(context, record);
  }

  /** Says of an answer how many seconds ago it was true, where Redis could not be asked. */
  static void markStale(HttpServerResponse response, @Nullable Long seconds) {
    if (seconds != null) {
      response.headers().set(STALE, seconds.toString());
    }
  }

  /** An answer that a client may keep but must ask about again, which costs it a 304. */
  static void revalidated(
      HttpServerRequest request, CharSequence type, String version, Buffer body) {
    HttpServerResponse response = request.response();
    String known = EntityTags.noneMatch(request, version);
    response
        .headers()
        .set(HttpHeaders.ETAG, known == null ? EntityTags.ofBody(request, version) : known)
        .set(HttpHeaders.CACHE_CONTROL, REVALIDATE)
        .add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (known != null) {
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
