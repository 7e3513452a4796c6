package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.PlaybackAsks.IssueTicket;
import io.aetherkeep.catalogue.PlaybackAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadTop;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.PlaybackAsks.Ticket;
import io.aetherkeep.router.access.Caller;
import io.aetherkeep.router.access.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.realtime.ClientFrame;
import io.aetherkeep.router.server.OpenResponses;
import io.aetherkeep.router.watch.TopicEvents;
import io.aetherkeep.router.watch.TopicName;
import io.aetherkeep.router.watch.WatchHub;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is played, and who listens, over plain HTTP. */
final class PlaybackRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}";

  private final Bus bus;
  private final Requests requests;
  private final Problems problems;
  private final WatchHub hub;
  private final OpenResponses openResponses;

  PlaybackRoutes(
      Bus bus, Requests requests, Problems problems, WatchHub hub, OpenResponses openResponses) {
    this.openResponses = openResponses;
    this.hub = hub;
    this.bus = bus;
    this.requests = requests;
    this.problems = problems;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/sessions/{id}/playback", this::read).needs(Need.READ_SESSION),
        Route.put(BASE + "/sessions/{id}/playback", this::report).needs(Need.WRITE_SESSION),
        Route.post(BASE + "/sessions/{id}/ticket", c -> ticket(c, id(c))).needs(Need.WRITE_SESSION),
        Route.post(BASE + "/realtime/ticket", c -> ticket(c, null)).needs(Need.READ),
        Route.get(BASE + "/podcasts/{podcast}/listeners", this::listeners).needs(Need.WATCH),
        Route.get(BASE + "/playback/top", this::top).needs(Need.READ));
  }

  private static String space(RoutingContext context) {
    return Requests.segments(context, 2).get(0);
  }

  /** The session or the podcast that a path names. */
  private static String id(RoutingContext context) {
    return Requests.segments(context, 4).get(0);
  }

  private void read(RoutingContext context) {
    String space = space(context);
    String id = id(context);
    if (TopicEvents.isAskedFor(context.request())) {
      follow(context, TopicName.of(space, id, "playback"));
    } else {
      answer(
          context,
          bus.ask(new ReadPlayback(space, id))
              .onSuccess(now -> Answers.markStale(context.response(), now.staleSeconds())));
    }
  }

  private void follow(RoutingContext context, TopicName name) {
    openResponses.add(context, TopicEvents.open(context.request(), hub, name, problems));
  }

  /**
   * What is reported; what it does not say stays.
   *
   * @param podcastId which podcast
   * @param podcast the same by the name that it has on a socket
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
    String space = space(context);
    String id = id(context);
    requests
        .record(context.request(), space, Report.class)
        .compose(
            with ->
                bus.ask(
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
        .onComplete(
            reported -> Answers.changed(context, reported),
            thrown -> problems.send(context.request(), thrown));
  }

  /** What a cache keeps of it somebody else could use. */
  private void ticket(RoutingContext context, @Nullable String session) {
    String credential = Caller.of(context).credential();
    Future<Ticket> issued =
        bus.ask(new IssueTicket(space(context), session, credential))
            .onSuccess(ticket -> context.response().setStatusCode(201));
    Answers.json(context, problems, issued);
  }

  private void listeners(RoutingContext context) {
    String space = space(context);
    String id = id(context);
    if (TopicEvents.isAskedFor(context.request())) {
      follow(context, TopicName.of(space, "", "listeners/" + id));
    } else {
      answer(context, new ReadListeners(space, id));
    }
  }

  private void top(RoutingContext context) {
    answer(context, new ReadTop(space(context), Requests.number(context.request(), "limit")));
  }

  private <A> void answer(RoutingContext context, Ask<A> ask) {
    answer(context, bus.ask(ask));
  }

  private void answer(RoutingContext context, Future<?> answer) {
    Answers.json(context, problems, answer);
  }
}
