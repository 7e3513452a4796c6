package io.aetherkeep.router.api;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWrite;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWritten;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigs;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfigs;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.document.ValuePointer;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.EntityTags;
import io.aetherkeep.router.http.EntityTags.Precondition;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.watch.TopicLongPoll;
import io.aetherkeep.router.watch.TopicSse;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Routes of configurations. */
final class ConfigRoutes implements RouteGroup {

  private static final String ALL = "/api/v1/{space}/configs";
  private static final String BASE = ALL + "/{name}";

  /** Limit of a body with several configurations, as a multiple of the space's body limit. */
  private static final int BODIES = 4;

  private final RouteContext services;

  ConfigRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(ALL, this::list).needs(Need.READ),
        Route.post(ALL, this::writeSeveral).needs(Need.ADMIN),
        Route.get(BASE, this::readOrWatch).needs(Need.READ),
        Route.put(BASE, this::write).needs(Need.ADMIN),
        Route.delete(BASE, this::remove).needs(Need.ADMIN),
        Route.get(BASE + "/versions", this::versions).needs(Need.READ),
        Route.post(BASE + "/rollback", this::rollback).needs(Need.ADMIN));
  }

  /** Configuration that a path names. */
  private record Place(String space, String name) {

    static Place of(RoutingContext context) {
      List<String> segments = Requests.segments(context, 2);
      return new Place(segments.get(0), segments.get(2));
    }
  }

  private void list(RoutingContext context) {
    HttpServerRequest request = context.request();
    services.json(
        context,
        new ListConfigs(
            Requests.segments(context, 2).get(0),
            request.getParam("cursor"),
            Requests.number(request, "limit")));
  }

  /** Body of a change of several configurations. */
  record Several(List<ConfigWrite> configs) {
    Several {
      configs = List.copyOf(configs);
    }
  }

  private void writeSeveral(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.headers().contains(HttpHeaders.IF_MATCH)
        || request.headers().contains(HttpHeaders.IF_NONE_MATCH)) {
      throw Failure.of(
          Code.INVALID_HEADER, "Give ifVersion or ifAbsent with each configuration instead");
    }
    String space = Requests.space(context);
    int limit = BODIES * services.requests().limit(space);
    services.json(
        context,
        services
            .requests()
            .record(request, limit, Several.class)
            .compose(
                several ->
                    services.ask(
                        new WriteConfigs(
                            space, several.configs(), author(context), claim(context)))));
  }

  private void readOrWatch(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    String pointer = request.getParam("pointer");
    Integer wait = TopicLongPoll.seconds(request);
    TopicName name = TopicName.config(place.space, place.name);
    if (TopicSse.isAskedFor(request) && pointer == null) {
      services.watch(context, name);
    } else if (wait != null && request.method().equals(HttpMethod.GET)) {
      services.poll(
          context,
          name,
          wait,
          Code.CONFIG_UNKNOWN,
          frame -> serveLatest(request, place, frame, pointer));
    } else {
      services
          .ask(new ReadConfig(place.space, place.name))
          .onComplete(
              config -> serve(request, config, pointer),
              thrown -> services.refuse(request, thrown));
    }
  }

  /**
   * Answers a long poll. The topic keeps its value during an outage, so that only a read knows
   * whether it is stale; the read may still have the version before a change.
   */
  private void serveLatest(
      HttpServerRequest request, Place place, SharedFrame frame, @Nullable String pointer) {
    Document value = Objects.requireNonNull(frame.data(), "the configuration");
    Config latest = new Config(place.name, value, frame.version(), null);
    services
        .ask(new ReadConfig(place.space, place.name))
        .onComplete(
            read -> serve(request, read.version().equals(frame.version()) ? read : latest, pointer),
            thrown -> services.refuse(request, thrown));
  }

  /** Answers with a configuration, or with the value in it that a JSON pointer names. */
  private void serve(HttpServerRequest request, Config config, @Nullable String pointer) {
    Document whole = config.value();
    Future<Document> value =
        pointer == null
            ? Future.succeededFuture(whole)
            : Offload.run(whole.length(), () -> at(whole, pointer));
    value.onComplete(
        found -> {
          Answers.markStale(request.response(), config.staleSeconds());
          Answers.revalidatedJson(request, config.version(), found.bytes());
        },
        thrown -> services.refuse(request, thrown));
  }

  private static Document at(Document whole, String pointer) {
    Document value = ValuePointer.read(whole, pointer);
    if (value == null) {
      throw Failure.of(Code.CONFIG_UNKNOWN, "The configuration has no value at this pointer");
    }
    return value;
  }

  private void write(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    Precondition condition = EntityTags.of(request);
    services
        .requests()
        .document(request, place.space)
        .compose(
            value ->
                condition.over(
                    version ->
                        services.ask(
                            new WriteConfig(
                                place.space,
                                place.name,
                                value,
                                version,
                                condition.absent(),
                                author(context),
                                claim(context)))))
        .onComplete(
            written -> Answers.put(context, written.version(), written.created()),
            thrown -> services.refuse(request, thrown));
  }

  /** Returns the author: the credential's, or in open mode the one that the client claims. */
  private static @Nullable String author(RoutingContext context) {
    String author = Caller.of(context).author();
    return author == null ? context.request().getHeader(HttpHeaders.FROM) : author;
  }

  /**
   * Returns the author that an authenticated client claims in From (RFC 9110), which is not
   * verified.
   */
  private static @Nullable String claim(RoutingContext context) {
    return Caller.of(context).author() == null
        ? null
        : context.request().getHeader(HttpHeaders.FROM);
  }

  private void remove(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    Precondition condition = EntityTags.of(request);
    if (condition.absent()) {
      throw Failure.of(Code.INVALID_HEADER, "A removal accepts only If-Match");
    }
    condition
        .over(
            version ->
                services.ask(
                    new RemoveConfig(
                        place.space, place.name, version, author(context), claim(context))))
        .onComplete(
            removed -> context.response().setStatusCode(204).end(),
            thrown -> services.refuse(request, thrown));
  }

  private void versions(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    services.json(
        context,
        new ListConfigVersions(
            place.space,
            place.name,
            request.getParam("cursor"),
            Requests.number(request, "limit")));
  }

  /** Body of a rollback. */
  record Rollback(Long version) {
    Rollback {
      Objects.requireNonNull(version, "version");
    }
  }

  private void rollback(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    Future<ConfigWritten> done =
        services
            .requests()
            .record(request, place.space, Rollback.class)
            .map(Rollback::version)
            .compose(
                version ->
                    services.ask(
                        new RollbackConfig(
                            place.space, place.name, version, author(context), claim(context))))
            .onSuccess(
                written ->
                    context
                        .response()
                        .putHeader(HttpHeaders.ETAG, EntityTags.of(written.version())));
    services.json(context, done);
  }
}
