package io.aetherkeep.router.server;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.http.HeldResponse;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Admission control of one event loop: limits the requests in progress of each space, so that a
 * space whose Redis is slow does not starve the others, and sheds load when the event loop lags.
 *
 * <p>It decides after routing, by the space that the handler will use and not by the client's
 * spelling. Probes and pages are always admitted. A held answer, such as a stream or a long poll,
 * stops counting once it waits, because it then costs nothing.
 *
 * <p>Requests of routes without a guard count apart, because anybody can send them: otherwise their
 * unfinished bodies would take the places of callers with a credential.
 */
public final class Admission {

  private static final String PASSAGE = "aetherkeep.passage";

  private final int mostASpace;
  private final LoadShedder shedder;
  private final LoadMeter meter;
  private final Map<String, Underway> guarded = new HashMap<>();
  private final Map<String, Underway> unguarded = new HashMap<>();

  /** Number of a space's requests in progress. */
  private static final class Underway {
    int requests;
  }

  /** Place of one request in the limit, from its routing until it is answered or held. */
  public final class Passage {

    private @Nullable Underway counted;
    private boolean held;

    /**
     * Counts the request for a space, or throws if the space or the event loop is overloaded.
     *
     * @param isGuarded whether the route requires a credential
     */
    public void begin(String space, boolean isGuarded) {
      requireTime();
      Underway underway = (isGuarded ? guarded : unguarded).get(space);
      if (underway != null && underway.requests >= mostASpace) {
        meter.shed();
        throw Failure.of(Code.OVERLOADED, "Too many requests of this space are under way");
      }
      if (underway != null) {
        underway.requests++;
        counted = underway;
      }
    }

    /** Stores this passage in the request's context. */
    public void attachTo(RoutingContext context) {
      context.put(PASSAGE, this);
    }

    /**
     * Marks the answer as held. The request counts until its first read is done, because until then
     * it costs as much as any other.
     */
    void hold(HttpServerResponse response, HeldResponse answer) {
      held = true;
      if (response.headWritten()) {
        leave();
      } else {
        response.headersEndHandler(head -> leave());
        answer.whenBegun(this::leave);
      }
    }

    boolean isHeld() {
      return held;
    }

    void leave() {
      if (counted != null) {
        counted.requests--;
        counted = null;
      }
    }
  }

  public Admission(RouterSettings settings, LoadShedder shedder, LoadMeter meter) {
    this.meter = meter;
    this.mostASpace = settings.load().mostASpace();
    this.shedder = shedder;
    for (String space : settings.bodyLimits().keySet()) {
      guarded.put(space, new Underway());
      unguarded.put(space, new Underway());
    }
  }

  /** Returns the passage of a request. */
  static Passage passage(RoutingContext context) {
    return context.get(PASSAGE);
  }

  /** Creates the passage of a request that does not count yet. */
  public Passage passage() {
    return new Passage();
  }

  /** Counts a request. */
  void arrived() {
    meter.arrived();
  }

  /** Throws if the event loop is overloaded. */
  void requireTime() {
    if (!shedder.hasTime()) {
      meter.shed();
      throw Failure.of(Code.OVERLOADED, "The node is overloaded and sheds this request");
    }
  }
}
