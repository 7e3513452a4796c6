package io.aetherkeep.router.api;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.InvalidationAsks.ReadInvalidation;
import io.aetherkeep.catalogue.InvalidationAsks.StartInvalidation;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.codec.HeaderList;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.PercentDecoder;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes of invalidations: removal of many entries of the caches, and its progress. */
final class InvalidationRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}";

  /** Deadline of a scan over a large space, which takes longer than other requests. */
  private static final Duration SCAN_DEADLINE = Duration.ofSeconds(30);

  private final RouteContext services;

  InvalidationRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(BASE + "/caches/invalidate", this::invalidate).needs(Need.ADMIN),
        Route.get(BASE + "/invalidations/{id}", this::progress).needs(Need.ADMIN));
  }

  /** Body of an invalidation. */
  record Invalidation(
      @Nullable String keyspace,
      @Nullable List<String> ids,
      @Nullable String pattern,
      @Nullable String tag,
      boolean dryRun) {
    Invalidation {
      ids = ids == null ? null : List.copyOf(ids);
    }
  }

  private void invalidate(RoutingContext context) {
    String space = Requests.segments(context, 2).get(0);
    HttpServerRequest request = context.request();
    services
        .requests()
        .record(request, space, Invalidation.class)
        .map(
            what ->
                new InvalidateEntries(
                    space, what.keyspace, what.ids, what.pattern, what.tag, what.dryRun))
        .compose(what -> isAsync(request) ? begin(request, what) : finish(request, what))
        .onComplete(
            body -> Answers.json(request.response(), body),
            thrown -> services.refuse(request, thrown));
  }

  /** Whether the client prefers an asynchronous answer (RFC 7240). */
  private static boolean isAsync(HttpServerRequest request) {
    return HeaderList.preference(request.headers().getAll("Prefer"), "respond-async") != null;
  }

  private Future<Buffer> begin(HttpServerRequest request, InvalidateEntries what) {
    return services
        .ask(new StartInvalidation(what))
        .onSuccess(
            begun ->
                request
                    .response()
                    .setStatusCode(202)
                    .putHeader(
                        HttpHeaders.LOCATION,
                        "/api/v1/"
                            + PercentDecoder.encoded(what.space())
                            + "/invalidations/"
                            + begun.id()))
        .map(begun -> Buffer.buffer(RecordJson.write(begun)));
  }

  private Future<Buffer> finish(HttpServerRequest request, InvalidateEntries what) {
    return services
        .ask(what, SCAN_DEADLINE)
        .onSuccess(
            done ->
                request.response().setStatusCode(Boolean.TRUE.equals(done.queued()) ? 202 : 200))
        .map(done -> Buffer.buffer(RecordJson.write(done)));
  }

  private void progress(RoutingContext context) {
    List<String> place = Requests.segments(context, 2);
    services.json(context, new ReadInvalidation(place.get(0), place.get(2)));
  }
}
