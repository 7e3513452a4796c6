package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.catalogue.SessionAsks.ReadSessionKeys;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionListAsks.SessionFilter;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.watch.TopicSse;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes of many sessions: of a user, of a space, and their statistics. */
final class SessionListRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}";

  /** Deadline of a scan over many sessions, which takes longer than other requests. */
  private static final Duration SCAN_DEADLINE = Duration.ofSeconds(30);

  private static final SessionFilter ALL = new SessionFilter(null, null, null, null, null);

  private final RouteContext services;

  SessionListRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/sessions", this::list).needs(Need.READ),
        Route.get(BASE + "/sessions/{id}/keys", this::keys).needs(Need.READ),
        Route.get(BASE + "/users/{user}/sessions", this::listOfUser).needs(Need.READ),
        Route.delete(BASE + "/users/{user}/sessions", this::endOfUser).needs(Need.WRITE),
        Route.get(BASE + "/stats/sessions", this::stats).needs(Need.READ));
  }

  private static String user(RoutingContext context) {
    return Requests.segments(context, 4).get(0);
  }

  private void list(RoutingContext context) {
    list(
        context,
        new ListSessions(
            Requests.space(context),
            context.request().getParam("cursor"),
            Requests.number(context.request(), "limit"),
            filter(context.request())));
  }

  private static @Nullable SessionFilter filter(HttpServerRequest request) {
    SessionFilter filter =
        new SessionFilter(
            request.getParam("user"),
            request.getParam("state"),
            request.getParam("podcast"),
            seconds(request, "olderThan"),
            seconds(request, "youngerThan"));
    boolean withPlayback = Boolean.TRUE.equals(Requests.flag(request, "playback"));
    return withPlayback || !filter.equals(ALL) ? filter : null;
  }

  private static @Nullable Long seconds(HttpServerRequest request, String name) {
    Integer seconds = Requests.number(request, name);
    return seconds == null ? null : seconds.longValue();
  }

  private void keys(RoutingContext context) {
    List<String> segments = Requests.segments(context, 2);
    services.json(context, new ReadSessionKeys(segments.get(0), segments.get(2)));
  }

  private void listOfUser(RoutingContext context) {
    if (TopicSse.isAskedFor(context.request())) {
      services.watch(
          context, TopicName.of(Requests.space(context), null, "sessions/" + user(context)));
      return;
    }
    list(
        context,
        new ListUserSessions(
            Requests.space(context),
            user(context),
            context.request().getParam("cursor"),
            Requests.number(context.request(), "limit")));
  }

  private void endOfUser(RoutingContext context) {
    list(
        context,
        new EndUserSessions(
            Requests.space(context), user(context), context.request().getParam("except")));
  }

  private void stats(RoutingContext context) {
    list(context, new ReadSessionStats(Requests.space(context)));
  }

  private void list(RoutingContext context, Ask<?> ask) {
    services.json(context, services.ask(ask, SCAN_DEADLINE));
  }
}
