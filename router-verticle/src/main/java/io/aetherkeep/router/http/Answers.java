package io.aetherkeep.router.http;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Offload;
import io.aetherkeep.router.access.Caller;
import io.aetherkeep.router.access.Scope;
import io.aetherkeep.router.codec.HeaderList;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** The ways to answer well. */
public final class Answers {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence PREFER = HttpHeaders.createOptimized("Prefer");
  private static final CharSequence APPLIED = HttpHeaders.createOptimized("Preference-Applied");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence STALE = HttpHeaders.createOptimized("Aetherkeep-Stale");
  private static final CharSequence REVALIDATE = HttpHeaders.createOptimized("private, no-cache");

  /** What is packed in well under 50 ms. */
  private static final int LARGEST_PACKED = 512 << 10;

  private Answers() {}

  /** An answer that nobody keeps: it is another the next time, and of somebody. */
  public static void json(HttpServerResponse response, Buffer body) {
    response.headers().set(HttpHeaders.CONTENT_TYPE, JSON).set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    limitPacking(response, body);
    response.end(body);
  }

  /** Over HTTP/2 Vert.x packs on the event loop, which a large body would hold. */
  private static void limitPacking(HttpServerResponse response, Buffer body) {
    if (response.streamId() >= 0 && body.length() > LARGEST_PACKED) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
    }
  }

  /** A record as JSON; one with large documents is written out on a worker thread. */
  public static Future<Buffer> written(Object record) {
    return Offload.run(
        record instanceof Sized sized ? sized.documentBytes() : 0,
        () -> Buffer.buffer(RecordJson.write(record)));
  }

  /** Answers a record that nobody keeps, or the problem that there is. */
  public static void json(RoutingContext context, Problems problems, Future<?> record) {
    record
        .compose(Answers::written)
        .onComplete(
            body -> json(context.response(), body),
            thrown -> problems.send(context.request(), thrown));
  }

  /**
   * What a write answers: the document that results, or nothing of it to those who prefer that (RFC
   * 7240) and to those whose credential reads nothing.
   */
  public static void changed(RoutingContext context, Object record) {
    if (isMinimal(context)) {
      minimal(context);
    } else {
      written(record).onComplete(body -> json(context.response(), body), context::fail);
    }
  }

  /** Answers a PUT of a document: its entity tag, and where it is if it was not there before. */
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
  public static void changed(RoutingContext context, String version, Object record) {
    String tag =
        isMinimal(context) ? EntityTags.of(version) : EntityTags.ofBody(context.request(), version);
    context.response().headers().set(HttpHeaders.ETAG, tag);
    changed(context, record);
  }

  /** Says of an answer how many seconds ago it was true, where Redis could not be asked. */
  public static void markStale(HttpServerResponse response, @Nullable Long seconds) {
    if (seconds != null) {
      response.headers().set(STALE, seconds.toString());
    }
  }

  /** An answer that a client may keep but must ask about again, which costs it a 304. */
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
