package io.aetherkeep.router.server;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.http.HeldAnswer;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Admission control of one event loop: of a space not more requests than may be under way at once,
 * so that one whose Redis is slow does not take the others', and none that has waited too long
 * while there is more to do than can be done.
 *
 * <p>It decides once the route of a request is known, by the space that the handler will ask for,
 * and not by what the client wrote. Probes and pages are always let in. A request whose answer is
 * then held back, a stream or a long poll, stops counting once it waits: it takes nothing then.
 */
public final class Admission {

  private static final String PASSAGE = "aetherkeep.passage";

  private final int mostASpace;
  private final LoadShedder shedder;
  private final Map<String, Underway> spaces = new HashMap<>();

  /** How many requests of a space are under way. */
  private static final class Underway {
    int requests;
  }

  /** One request, from its route on until it is answered or held back. */
  public final class Passage {

    private @Nullable Underway counted;
    private boolean held;

    /** Begins it for a space, or throws why it is not begun. */
    public void begin(String space) {
      requireTime();
      Underway underway = spaces.get(space);
      if (underway != null && underway.requests >= mostASpace) {
        throw Failure.of(Code.OVERLOADED, "Too many requests of this space are under way");
      }
      if (underway != null) {
        underway.requests++;
        counted = underway;
      }
    }

    /** Tells the handlers of a request how it is counted. */
    public void attachTo(RoutingContext context) {
      context.put(PASSAGE, this);
    }

    /**
     * Its answer is held back until something changes: it counts until what that is has been read
     * the first time, for until then it costs as much as any other.
     */
    void hold(HttpServerResponse response, HeldAnswer answer) {
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

  public Admission(RouterSettings settings, LoadShedder shedder) {
    this.mostASpace = settings.load().mostASpace();
    this.shedder = shedder;
    settings.bodyLimits().keySet().forEach(space -> spaces.put(space, new Underway()));
  }

  /** How a request that a handler has is counted. */
  static Passage passage(RoutingContext context) {
    return context.get(PASSAGE);
  }

  /** A request that is not begun yet. */
  public Passage passage() {
    return new Passage();
  }

  /** Throws where there is more to do than can be done in good time. */
  void requireTime() {
    if (!shedder.hasTime()) {
      throw Failure.of(Code.OVERLOADED, "There is more to do than can be done in good time");
    }
  }
}
