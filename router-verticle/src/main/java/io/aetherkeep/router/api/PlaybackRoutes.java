package io.aetherkeep.router.api;

import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadPresence;
import io.aetherkeep.catalogue.ListenerAsks.ReadTop;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.TicketAsks.IssueTicket;
import io.aetherkeep.catalogue.TicketAsks.Ticket;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.realtime.ClientFrame;
import io.aetherkeep.router.watch.TopicSse;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes of playback, listeners and socket tickets. */
final class PlaybackRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}";

  private final RouteContext services;

  PlaybackRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/sessions/{id}/playback", this::read).needs(Need.READ_SESSION),
        Route.put(BASE + "/sessions/{id}/playback", this::report).needs(Need.WRITE_SESSION),
        Route.post(BASE + "/sessions/{id}/ticket", c -> ticket(c, Requests.id(c)))
            .needs(Need.WRITE_SESSION),
        Route.post(BASE + "/realtime/ticket", c -> ticket(c, null)).needs(Need.READ),
        Route.get(BASE + "/podcasts/{podcast}/listeners", this::listeners).needs(Need.WATCH),
        Route.get(BASE + "/podcasts/{podcast}/presence", this::presence).needs(Need.READ),
        Route.get(BASE + "/playback/top", this::top).needs(Need.READ));
  }

  private void read(RoutingContext context) {
    String space = Requests.space(context);
    String id = Requests.id(context);
    if (TopicSse.isAskedFor(context.request())) {
      follow(context, TopicName.of(space, id, "playback"));
    } else {
      services.json(
          context,
          services
              .ask(new ReadPlayback(space, id))
              .onSuccess(now -> Answers.markStale(context.response(), now.staleSeconds()))
              .map(now -> CookieAnswers.shown(context, now)));
    }
  }

  private void follow(RoutingContext context, TopicName name) {
    services.watch(context, name);
  }

  /**
   * Body of a playback report; absent fields keep their value.
   *
   * @param podcastId the podcast's id
   * @param podcast the podcast's id under the name that sockets use
   */
  record Report(
      @Nullable String podcastId,
      @Nullable String podcast,
      @Nullable State state,
      @Nullable Long positionMs,
      @Nullable Double rate,
      @Nullable Long seq,
      @Nullable Boolean here) {
    Report {
      podcastId = ClientFrame.samePodcast(podcastId, podcast);
    }
  }

  private void report(RoutingContext context) {
    String space = Requests.space(context);
    String id = Requests.id(context);
    services
        .requests()
        .record(context.request(), space, Report.class)
        .compose(
            with ->
                services.ask(
                    new ReportPlayback(
                        space,
                        id,
                        with.state,
                        with.podcastId,
                        with.positionMs,
                        with.rate,
                        with.seq,
                        null,
                        with.here)))
        .map(to -> new Reported(CookieAnswers.shown(context, to.playback()), to.late()))
        .onComplete(
            reported -> Answers.changed(context, reported),
            thrown -> services.refuse(context.request(), thrown));
  }

  /** Issues a ticket; no cache may store the answer, as anyone could use the ticket. */
  private void ticket(RoutingContext context, @Nullable String session) {
    String credential = Caller.of(context).credential();
    Future<Ticket> issued =
        services
            .ask(new IssueTicket(Requests.space(context), session, credential))
            .onSuccess(ticket -> context.response().setStatusCode(201));
    services.json(context, issued);
  }

  private void listeners(RoutingContext context) {
    String space = Requests.space(context);
    String id = Requests.id(context);
    if (TopicSse.isAskedFor(context.request())) {
      follow(context, TopicName.of(space, "", "listeners/" + id));
    } else {
      services.json(context, new ReadListeners(space, id));
    }
  }

  private void presence(RoutingContext context) {
    String space = Requests.space(context);
    String id = Requests.id(context);
    HttpServerRequest request = context.request();
    if (TopicSse.isAskedFor(request)) {
      follow(context, TopicName.of(space, null, "presence/" + id));
    } else {
      services.json(
          context,
          new ReadPresence(
              space, id, request.getParam("cursor"), Requests.number(request, "limit")));
    }
  }

  private void top(RoutingContext context) {
    services.json(
        context, new ReadTop(Requests.space(context), Requests.number(context.request(), "limit")));
  }
}
