package io.aetherkeep.cache;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is being loaded in this JVM: whoever wants the same meanwhile waits for the same. */
final class Flights {

  /**
   * A load under way, on some event loop.
   *
   * @param standing what Redis said of it first
   * @param entry what it comes to
   */
  record Flight(Future<Claims.Standing> standing, Future<Loads.Outcome> entry) {}

  /** A flight, and whether somebody else had started it. */
  record Seat(Flight flight, boolean shared) {}

  private final ConcurrentHashMap<String, Flight> underWay = new ConcurrentHashMap<>();

  Seat join(String what, Supplier<Flight> start) {
    Flight[] started = {null};
    Flight flight =
        underWay.computeIfAbsent(
            what,
            first -> {
              started[0] = start.get();
              return started[0];
            });
    if (started[0] != null) {
      flight.entry().onComplete(done -> underWay.remove(what, flight));
    }
    return new Seat(flight, started[0] == null);
  }

  /** A future of another event loop, completed on that of who waits. */
  static <T> Future<T> here(Future<T> elsewhere) {
    @Nullable Context context = Vertx.currentContext();
    if (context == null || elsewhere.isComplete()) {
      return elsewhere;
    }
    Promise<T> here = Promise.promise();
    elsewhere.onComplete(done -> context.runOnContext(back -> here.handle(done)));
    return here.future();
  }
}
