package io.aetherkeep.router.http;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Offload;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.codec.HeaderList;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Writers of HTTP answers. */
public final class Answers {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence PREFER = HttpHeaders.createOptimized("Prefer");
  private static final CharSequence APPLIED = HttpHeaders.createOptimized("Preference-Applied");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence STALE = HttpHeaders.createOptimized("Aetherkeep-Stale");
  private static final CharSequence REVALIDATE = HttpHeaders.createOptimized("private, no-cache");

  /** Largest body to compress on the event loop, which takes well under 50 ms. */
  private static final int LARGEST_PACKED = 512 << 10;

  private Answers() {}

  /** Answers JSON that no cache may store: it changes, and it may be personal. */
  public static void json(HttpServerResponse response, Buffer body) {
    response.headers().set(HttpHeaders.CONTENT_TYPE, JSON).set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    limitPacking(response, body);
    response.end(body);
  }

  /** Leaves large bodies uncompressed over HTTP/2: Vert.x compresses on the event loop. */
  private static void limitPacking(HttpServerResponse response, Buffer body) {
    if (response.streamId() >= 0 && body.length() > LARGEST_PACKED) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
    }
  }

  /** Encodes a record as JSON, on a worker thread if its documents are large. */
  public static Future<Buffer> written(Object record) {
    return Offload.run(
        record instanceof Sized sized ? sized.documentBytes() : 0,
        () -> Buffer.buffer(RecordJson.write(record)));
  }

  /** Answers a record that no cache may store, or a problem. */
  public static void json(RoutingContext context, Problems problems, Future<?> record) {
    record
        .compose(Answers::written)
        .onComplete(
            body -> json(context.response(), body),
            thrown -> problems.send(context.request(), thrown));
  }

  /**
   * Answers a write with the resulting document, or without a body if the client prefers that (RFC
   * 7240) or may not read.
   */
  public static void changed(RoutingContext context, Object record) {
    if (isMinimal(context)) {
      minimal(context);
    } else {
      written(record).onComplete(body -> json(context.response(), body), context::fail);
    }
  }

  /** Answers a PUT of a document with its entity tag, and its location if it was created. */
  public static void put(RoutingContext context, String version, boolean created) {
    HttpServerResponse response =
        context.response().putHeader(HttpHeaders.ETAG, EntityTags.of(version));
    if (created) {
      response.setStatusCode(201).putHeader(HttpHeaders.LOCATION, context.normalizedPath());
    } else {
      response.setStatusCode(204);
    }
    response.end();
  }

  private static boolean isMinimal(RoutingContext context) {
    return !Caller.of(context).scopes().contains(Scope.READ)
        || "minimal"
            .equals(HeaderList.preference(context.request().headers().getAll(PREFER), "return"));
  }

  /**
   * Answers without a body: with 204 instead of 200, or with another status that is already set.
   */
  private static void minimal(RoutingContext context) {
    HttpServerResponse response = context.response();
    response.headers().set(APPLIED, "return=minimal").set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    if (response.getStatusCode() == 200) {
      response.setStatusCode(204);
    }
    response.end();
  }

  /** Answers a write of a versioned resource, with its entity tag. */
  public static void changed(RoutingContext context, String version, Object record) {
    String tag =
        isMinimal(context) ? EntityTags.of(version) : EntityTags.ofBody(context.request(), version);
    context.response().headers().set(HttpHeaders.ETAG, tag);
    changed(context, record);
  }

  /** Marks an answer that was not read from Redis with its age in seconds. */
  public static void markStale(HttpServerResponse response, @Nullable Long seconds) {
    if (seconds != null) {
      response.headers().set(STALE, seconds.toString());
    }
  }

  /** Answers with a body that clients may store but must revalidate, or with 304. */
  public static void revalidated(
      HttpServerRequest request, CharSequence type, String version, Buffer body) {
    HttpServerResponse response = request.response();
    limitPacking(response, body);
    String known = EntityTags.noneMatch(request, version);
    response
        .headers()
        .set(HttpHeaders.ETAG, known == null ? EntityTags.ofBody(request, version) : known)
        .set(HttpHeaders.CACHE_CONTROL, REVALIDATE)
        .add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (known != null) {
      response.headers().remove(HttpHeaders.CONTENT_ENCODING);
      response.setStatusCode(304).end();
    } else {
      response.headers().set(HttpHeaders.CONTENT_TYPE, type);
      response.end(body);
    }
  }

  public static void revalidatedJson(HttpServerRequest request, String version, Buffer body) {
    revalidated(request, JSON, version, body);
  }
}
