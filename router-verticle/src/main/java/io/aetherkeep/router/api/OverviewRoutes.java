package io.aetherkeep.router.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.OverviewAsks.ReadNodes;
import io.aetherkeep.catalogue.OverviewAsks.ReadPast;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.StreamListAsks.ReadStreamStats;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.watch.TopicSse;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes of the console: what a caller may do, nodes, statistics of the last hour, all events. */
final class OverviewRoutes implements RouteGroup {

  private final RouteContext services;

  OverviewRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/api/v1/{space}/events", this::events).needs(Need.READ),
        Route.get("/api/v1/{space}/access", this::access).needs(Need.READ),
        Route.get("/api/v1/{space}/stats/history", this::past).needs(Need.READ),
        Route.get("/api/v1/{space}/stats/playback", this::playback).needs(Need.READ),
        Route.get("/api/v1/{space}/stats/streams", this::streams).needs(Need.READ),
        Route.get("/health/nodes", context -> answer(context, new ReadNodes()))
            .needs(Need.READ_NODE));
  }

  /** Types of events. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record EventTypes(List<WebhookEvent> items, @Nullable String next) {}

  /** Streams events, or lists their types to a client that does not accept a stream. */
  private void events(RoutingContext context) {
    List<String> types = context.queryParam("type");
    types.forEach(OverviewRoutes::checkType);
    String wanted = types.isEmpty() ? "*" : String.join(",", types);
    if (TopicSse.isAskedFor(context.request())) {
      services.watch(context, TopicName.of(Requests.space(context), null, "events/" + wanted));
    } else {
      EventTypes all = new EventTypes(List.of(WebhookEvent.values()), null);
      services.json(context, Future.succeededFuture(all));
    }
  }

  private static void checkType(String type) {
    if (WebhookEvent.of(type).isEmpty()) {
      throw Failure.of(Code.INVALID_PARAMETER, "'type' must be the type of an event");
    }
  }

  /**
   * What a credential permits.
   *
   * @param name the author that its changes are recorded with; null in open mode
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Permissions(@Nullable String name, List<String> scopes, boolean everySpace) {}

  private void access(RoutingContext context) {
    Caller caller = Caller.of(context);
    List<String> scopes = caller.scopes().stream().map(Scope::text).sorted().toList();
    send(context, new Permissions(caller.author(), scopes, caller.isOfEverySpace()));
  }

  private void past(RoutingContext context) {
    answer(context, new ReadPast(Requests.space(context), context.request().getParam("after")));
  }

  private void playback(RoutingContext context) {
    answer(context, new ReadPlaybackStats(Requests.space(context)));
  }

  private void streams(RoutingContext context) {
    answer(context, new ReadStreamStats(Requests.space(context)));
  }

  private <A> void answer(RoutingContext context, Ask<A> ask) {
    Future<A> answer = services.ask(ask);
    answer.onComplete(
        found -> send(context, found), thrown -> services.refuse(context.request(), thrown));
  }

  private static void send(RoutingContext context, Object found) {
    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    Answers.json(context.response(), Buffer.buffer(RecordJson.write(found)));
  }
}
