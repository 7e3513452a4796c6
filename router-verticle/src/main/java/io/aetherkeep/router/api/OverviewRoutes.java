package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.OverviewAsks.ReadNodes;
import io.aetherkeep.catalogue.OverviewAsks.ReadPast;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlaybackStats;
import io.aetherkeep.catalogue.StreamAsks.ReadStreamStats;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Routes of the operator's overview: the nodes, and statistics of the last hour. */
final class OverviewRoutes implements RouteGroup {

  private final RouteServices services;

  OverviewRoutes(RouteServices services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/api/v1/{space}/stats/history", this::past).needs(Need.READ),
        Route.get("/api/v1/{space}/stats/playback", this::playback).needs(Need.READ),
        Route.get("/api/v1/{space}/stats/streams", this::streams).needs(Need.READ),
        Route.get("/health/nodes", context -> answer(context, new ReadNodes()))
            .needs(Need.READ_NODE));
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
        found -> {
          context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
          Answers.json(context.response(), Buffer.buffer(RecordJson.write(found)));
        },
        thrown -> services.refuse(context.request(), thrown));
  }
}
