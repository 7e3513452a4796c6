package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntries;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheListAsks.ListEntries;
import io.aetherkeep.catalogue.CacheListAsks.ReadCacheStats;
import io.aetherkeep.delivery.EdgeKey;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.CacheControl;
import io.aetherkeep.router.http.EntityTags;
import io.aetherkeep.router.http.EntityTags.Precondition;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.settings.EdgeKeyHeader;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.watch.TopicSse;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.stream.Stream;

/** Routes of the caches: their entries and statistics. */
final class CacheRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}";
  private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final CharSequence AGE = HttpHeaders.createOptimized("Age");

  /** Longest header of edge keys, because caches and proxies limit headers. */
  private static final int MOST_EDGE_KEYS = 4096;

  private final RouteContext services;
  private final RouterSettings settings;
  private final EdgeKeyHeader edgeKeys;

  CacheRoutes(RouteContext services, RouterSettings settings) {
    this.services = services;
    this.settings = settings;
    this.edgeKeys = settings.edgeKeys();
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/caches/{keyspace}/{id}", this::read).needs(Need.READ),
        Route.get(BASE + "/caches/{keyspace}/{id}/{second}", this::read).needs(Need.READ),
        Route.get(BASE + "/caches/{keyspace}", this::readOneOrMany).needs(Need.READ),
        Route.put(BASE + "/caches/{keyspace}", this::write).needs(Need.WRITE),
        Route.put(BASE + "/caches/{keyspace}/{id}", this::write).needs(Need.WRITE),
        Route.put(BASE + "/caches/{keyspace}/{id}/{second}", this::write).needs(Need.WRITE),
        Route.delete(BASE + "/caches/{keyspace}", this::remove).needs(Need.WRITE),
        Route.delete(BASE + "/caches/{keyspace}/{id}", this::remove).needs(Need.WRITE),
        Route.delete(BASE + "/caches/{keyspace}/{id}/{second}", this::remove).needs(Need.WRITE),
        Route.get(BASE + "/stats/caches", this::stats).needs(Need.READ),
        Route.get(BASE + "/stats/caches/{keyspace}", this::list).needs(Need.READ));
  }

  /** Entry that a path names. */
  private record Place(String space, String keyspace, List<String> ids) {
    static Place of(RoutingContext context) {
      List<String> segments = Requests.segments(context, 2);
      return new Place(segments.get(0), segments.get(2), segments.subList(3, segments.size()));
    }
  }

  private void read(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    if (TopicSse.isAskedFor(request)) {
      services.watch(context, TopicName.entry(place.space, place.keyspace, place.ids));
      return;
    }
    services
        .ask(new ReadEntry(place.space, place.keyspace, place.ids))
        .onComplete(
            entry -> serve(request, place, entry),
            thrown -> {
              if (thrown instanceof Failure failure && failure.code() == Code.ENTRY_UNKNOWN) {
                request.response().putHeader(CACHE_STATUS, CacheStatus.MISS);
              }
              services.refuse(request, thrown);
            });
  }

  private void serve(HttpServerRequest request, Place place, Entry entry) {
    Document value = entry.value();
    if (edgeKeys != EdgeKeyHeader.OFF) {
      request.response().putHeader(edgeKeys.field(), edgeKeys(place, entry));
    }
    request
        .response()
        .headers()
        .set(AGE, Long.toString(entry.ageSeconds()))
        .set(CACHE_STATUS, CacheStatus.of(entry));
    if (settings.storesTexts(place.space, place.keyspace)) {
      Offload.run(value.length(), () -> TextDocument.bytes(value))
          .onComplete(
              text -> Answers.revalidated(request, TEXT, value.version(), text),
              thrown -> services.refuse(request, thrown));
    } else {
      Answers.revalidatedJson(request, value.version(), value.bytes());
    }
  }

  /**
   * Returns the edge keys of an entry: those of its space, keyspace and id, and of as many tags as
   * fit.
   */
  private String edgeKeys(Place place, Entry entry) {
    StringBuilder keys = new StringBuilder();
    String id = String.join(":", place.ids);
    List<String> tags = entry.tags() == null ? List.of() : entry.tags();
    for (String key : EdgeKey.all(place.space, place.keyspace, id, tags)) {
      if (keys.length() + key.length() >= MOST_EDGE_KEYS) {
        break;
      }
      keys.append(keys.isEmpty() ? "" : edgeKeys.separator()).append(key);
    }
    return keys.toString();
  }

  private void readOneOrMany(RoutingContext context) {
    List<String> ids = context.queryParam("id");
    if (ids.isEmpty()) {
      read(context);
      return;
    }
    Place place = Place.of(context);
    services.json(
        context,
        services
            .ask(new ReadEntries(place.space, place.keyspace, ids))
            .onSuccess(all -> Answers.markStale(context.response(), all.staleSeconds())));
  }

  private void write(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    Precondition condition = EntityTags.of(request);
    Long maxAge = CacheControl.maxAge(request);
    body(request, place)
        .compose(
            value ->
                condition.over(
                    version ->
                        services.ask(
                            new WriteEntry(
                                place.space,
                                place.keyspace,
                                place.ids,
                                value,
                                maxAge,
                                tags(request),
                                version,
                                condition.absent()))))
        .onComplete(
            written -> Answers.put(context, written.version(), written.created()),
            thrown -> services.refuse(request, thrown));
  }

  private Future<Document> body(HttpServerRequest request, Place place) {
    return settings.storesTexts(place.space, place.keyspace)
        ? services.requests().text(request, place.space)
        : services.requests().document(request, place.space);
  }

  private static List<String> tags(HttpServerRequest request) {
    return request.headers().getAll("Cache-Tags").stream()
        .flatMap(header -> Stream.of(header.split(",", -1)))
        .map(String::trim)
        .filter(tag -> !tag.isEmpty())
        .toList();
  }

  private void remove(RoutingContext context) {
    Place place = Place.of(context);
    Precondition condition = EntityTags.of(context.request());
    if (condition.absent()) {
      throw Failure.of(Code.INVALID_HEADER, "A removal accepts only If-Match");
    }
    condition
        .over(
            version ->
                services.ask(new RemoveEntry(place.space, place.keyspace, place.ids, version)))
        .onComplete(
            removed ->
                context
                    .response()
                    .setStatusCode(Boolean.TRUE.equals(removed.queued()) ? 202 : 204)
                    .end(),
            thrown -> services.refuse(context.request(), thrown));
  }

  private void stats(RoutingContext context) {
    answer(context, new ReadCacheStats(Requests.segments(context, 2).get(0)));
  }

  private void list(RoutingContext context) {
    List<String> segments = Requests.segments(context, 2);
    HttpServerRequest request = context.request();
    answer(
        context,
        new ListEntries(
            segments.get(0),
            segments.get(3),
            request.getParam("pattern"),
            request.getParam("cursor"),
            Requests.number(request, "limit")));
  }

  private void answer(RoutingContext context, Ask<?> ask) {
    services.json(context, ask);
  }
}
