package io.aetherkeep.router.server;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Credentials;
import io.aetherkeep.router.http.HeldResponse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Open responses of one event loop, streams and long polls, which end when their request's
 * credential ends. One timer checks them all; in open mode there is no timer.
 */
public final class OpenResponses {

  private record Stay(HttpServerResponse response, Caller caller, HeldResponse answer) {

    boolean isClosed() {
      return response.ended() || response.closed();
    }
  }

  private final Guard guard;
  private final List<Stay> all = new ArrayList<>();

  /** The responses to session cookies; the caller is equal for all requests of a session. */
  private final Map<Caller, List<Stay>> byCookie = new HashMap<>();

  public OpenResponses(Guard guard) {
    this.guard = guard;
  }

  /**
   * Starts to end responses when their credential ends.
   *
   * @param every interval at which credentials are checked
   */
  public void start(Vertx vertx, Duration every) {
    if (!guard.isOpen()) {
      vertx.setPeriodic(every.toMillis(), id -> sweep());
    }
  }

  /**
   * Starts to end responses to session cookies when their session ends.
   *
   * @param every interval at which the sessions are checked, because an event can be lost
   */
  public Future<?> startCookies(Vertx vertx, Duration every, Bus bus) {
    new CookieSessionCheck(byCookie.keySet(), bus::ask, this::ended).start(vertx, every);
    return Future.all(
        bus.subscribe(SessionEnded.class, e -> ended(Caller.ofCookie(e.space(), e.id()))),
        bus.subscribe(SessionExpired.class, e -> ended(Caller.ofCookie(e.space(), e.id()))));
  }

  private void ended(Caller cookie) {
    List<Stay> ended = byCookie.remove(cookie);
    if (ended != null) {
      ended.removeIf(Stay::isClosed);
      ended.forEach(stay -> stay.answer.fail(Credentials.expired()));
    }
  }

  /**
   * Adds an answer that is held open; {@link HeldResponse#fail} ends it when its credential ends.
   */
  public void add(RoutingContext context, HeldResponse answer) {
    Admission.passage(context).hold(context.response(), answer);
    if (!guard.isOpen()) {
      Stay stay = new Stay(context.response(), Caller.of(context), answer);
      all.add(stay);
      if (stay.caller.isByCookie()) {
        byCookie.computeIfAbsent(stay.caller, first -> new ArrayList<>(1)).add(stay);
      }
    }
  }

  private void sweep() {
    Map<Stay, Failure> ends = new LinkedHashMap<>();
    all.removeIf(
        stay -> {
          Failure reason = stay.isClosed() ? null : guard.end(stay.caller);
          if (reason != null) {
            ends.put(stay, reason);
          }
          return stay.isClosed() || reason != null;
        });
    byCookie.values().removeIf(OpenResponses::isOver);
    ends.forEach((stay, reason) -> stay.answer.fail(reason));
  }

  private static boolean isOver(List<Stay> stays) {
    stays.removeIf(Stay::isClosed);
    return stays.isEmpty();
  }
}
