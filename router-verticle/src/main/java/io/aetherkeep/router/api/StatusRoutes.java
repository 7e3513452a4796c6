package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.CancelAsks.CancelStatus;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusListAsks.ListChildren;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import io.aetherkeep.catalogue.StatusListAsks.ReadStatuses;
import io.aetherkeep.document.Offload;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.watch.TopicLongPoll;
import io.aetherkeep.router.watch.TopicSse;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Routes of statuses: reads, writes, cancels, long polls, event streams and lists. */
final class StatusRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}/status";

  private final RouteContext services;

  StatusRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/{kind}/{id}", this::read).needs(Need.WATCH),
        Route.put(BASE + "/{kind}/{id}", this::put).needs(Need.WRITE),
        Route.post(BASE + "/{kind}/{id}/cancel", this::cancel).needs(Need.WRITE),
        Route.get(BASE + "/{kind}/{id}/children", this::children).needs(Need.READ),
        Route.get(BASE + "/{kind}", this::readManyOrList).needs(Need.READ));
  }

  private record Place(String space, String kind, String id) {

    static Place of(RoutingContext context) {
      List<String> segments = Requests.segments(context, 2);
      return new Place(segments.get(0), segments.get(2), segments.get(3));
    }

    TopicName topic() {
      return TopicName.status(space, kind, id);
    }
  }

  private void read(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    Integer wait = TopicLongPoll.seconds(request);
    if (request.method().equals(HttpMethod.HEAD)) {
      readNow(request, place);
    } else if (TopicSse.isAskedFor(request)) {
      services.watch(context, place.topic());
    } else if (wait != null) {
      services.poll(
          context,
          place.topic(),
          wait,
          Code.STATUS_UNKNOWN,
          frame -> StatusAnswers.serve(request, statusOf(frame), clock(place)));
    } else {
      readNow(request, place);
    }
  }

  private static Status statusOf(SharedFrame frame) {
    return Objects.requireNonNull(frame.status(), "the status");
  }

  private InstantSource clock(Place place) {
    return services.requests().clock(place.space);
  }

  private void readNow(HttpServerRequest request, Place place) {
    services
        .ask(new ReadStatus(place.space, place.kind, place.id))
        .onComplete(
            status -> StatusAnswers.serve(request, status, clock(place)),
            thrown -> services.refuse(request, thrown));
  }

  private void put(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    Integer attempt = Requests.number(request, "attempt");
    services
        .requests()
        .document(request, place.space)
        .compose(
            status ->
                services.ask(new PutStatus(place.space, place.kind, place.id, status, attempt)))
        .onComplete(
            written -> StatusAnswers.confirm(context, written),
            thrown -> services.refuse(request, thrown));
  }

  private void children(RoutingContext context) {
    Place place = Place.of(context);
    services.json(
        context,
        new ListChildren(
            place.space,
            place.kind,
            place.id,
            context.request().getParam("cursor"),
            Requests.number(context.request(), "limit")));
  }

  /** Body of a cancel; all of it is optional. */
  record Cancel(@Nullable String reason, @Nullable Integer attempt, @Nullable Boolean terminate) {}

  private void cancel(RoutingContext context) {
    Place place = Place.of(context);
    HttpServerRequest request = context.request();
    services
        .requests()
        .body(request, services.requests().limit(place.space))
        .compose(
            body ->
                Offload.run(
                    body.length(),
                    () ->
                        body.length() == 0
                            ? new Cancel(null, null, null)
                            : RecordJson.read(body.getBytes(), Cancel.class)))
        .compose(
            cancel ->
                services.ask(
                    new CancelStatus(
                        place.space,
                        place.kind,
                        place.id,
                        cancel.reason,
                        cancel.attempt,
                        cancel.terminate)))
        .onComplete(
            requested -> {
              context.response().setStatusCode(202);
              Answers.changed(context, requested);
            },
            thrown -> services.refuse(request, thrown));
  }

  private void readManyOrList(RoutingContext context) {
    List<String> segments = Requests.segments(context, 2);
    String space = segments.get(0);
    String kind = segments.get(2);
    List<String> ids = context.queryParam("id");
    if (ids.isEmpty() && TopicSse.isAskedFor(context.request())) {
      services.watch(context, TopicName.of(space, null, "status/" + kind + "/*"));
    } else if (ids.isEmpty()) {
      HttpServerRequest request = context.request();
      answer(
          context,
          new ListStatuses(
              space, kind, request.getParam("cursor"), Requests.number(request, "limit")));
    } else {
      answer(context, new ReadStatuses(space, kind, ids));
    }
  }

  private void answer(RoutingContext context, Ask<?> ask) {
    services.json(context, ask);
  }
}
