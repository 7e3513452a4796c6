package io.aetherkeep.cache.loading;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Single flight: the loads under way in this JVM.
 *
 * <p>A load is found by the token of its claim, and Redis tells which token holds. So who comes
 * after a removal, which ends the claim, never joins a load that began before.
 */
public final class Flights {

  /** A load under way, on some event loop. */
  static final class Flight {

    private final Future<Loads.Outcome> outcome;
    private final AtomicBoolean joined;

    private Flight(Future<Loads.Outcome> outcome, boolean joined) {
      this.outcome = outcome;
      this.joined = new AtomicBoolean(joined);
    }

    /** What it comes to, on the event loop of who asks. */
    Future<Loads.Outcome> outcome() {
      return here(outcome);
    }

    /** Whether another reader was there before; asked once by each. */
    boolean isShared() {
      return joined.getAndSet(true);
    }
  }

  private final ConcurrentHashMap<String, Flight> byToken = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Flight> direct = new ConcurrentHashMap<>();

  /** Opens a flight under a token, to be completed with what the load came to. */
  Promise<Loads.Outcome> open(String token) {
    Promise<Loads.Outcome> outcome = Promise.promise();
    byToken.put(token, new Flight(outcome.future(), false));
    outcome.future().onComplete(done -> byToken.remove(token));
    return outcome;
  }

  /** The flight under a token; one of another node is followed from here, once for all readers. */
  Flight join(String token, Supplier<Future<Loads.Outcome>> follow) {
    return join(byToken, token, follow);
  }

  /** A load past Redis, by the name of what is loaded; begun if none is under way. */
  Flight direct(String what, Supplier<Future<Loads.Outcome>> load) {
    return join(direct, what, load);
  }

  private static Flight join(
      ConcurrentHashMap<String, Flight> all, String what, Supplier<Future<Loads.Outcome>> begin) {
    Flight present = all.get(what);
    if (present != null) {
      return present;
    }
    Flight flight = all.computeIfAbsent(what, first -> new Flight(begin.get(), true));
    flight.outcome.onComplete(done -> all.remove(what, flight));
    return flight;
  }

  /** Who comes from now on joins none of the loads past Redis of these names. */
  public void forgetDirect(Predicate<String> what) {
    direct.keySet().removeIf(what);
  }

  /** A future of another event loop, completed on that of who waits. */
  private static <T> Future<T> here(Future<T> elsewhere) {
    @Nullable Context context = Vertx.currentContext();
    if (context == null || elsewhere.isComplete()) {
      return elsewhere;
    }
    Promise<T> here = Promise.promise();
    elsewhere.onComplete(done -> context.runOnContext(back -> here.handle(done)));
    return here.future();
  }
}
