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
 * <p>A load is found by the token of its lease, and Redis stores the token of the current lease. A
 * removal ends the lease, so a later reader never joins a load that began before the removal.
 */
public final class Flights {

  /** A load under way, on any event loop. */
  static final class Flight {

    private final Future<LoadExecutor.Outcome> outcome;
    private final AtomicBoolean joined;

    private Flight(Future<LoadExecutor.Outcome> outcome, boolean joined) {
      this.outcome = outcome;
      this.joined = new AtomicBoolean(joined);
    }

    /** The outcome, completed on the caller's event loop. */
    Future<LoadExecutor.Outcome> outcome() {
      return here(outcome);
    }

    /** Whether another reader joined before; to be called once by each reader. */
    boolean isShared() {
      return joined.getAndSet(true);
    }
  }

  private final ConcurrentHashMap<String, Flight> byToken = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Flight> direct = new ConcurrentHashMap<>();

  /** Opens a flight under a token; its owner completes the promise with the outcome. */
  Promise<LoadExecutor.Outcome> open(String token) {
    Promise<LoadExecutor.Outcome> outcome = Promise.promise();
    byToken.put(token, new Flight(outcome.future(), false));
    outcome.future().onComplete(done -> byToken.remove(token));
    return outcome;
  }

  /**
   * Joins the flight of a token. If another node loads, one flight follows it for all readers here.
   */
  Flight join(String token, Supplier<Future<LoadExecutor.Outcome>> follow) {
    return join(byToken, token, follow);
  }

  /** Joins the load that bypasses Redis, or begins it. */
  Flight direct(String what, Supplier<Future<LoadExecutor.Outcome>> load) {
    return join(direct, what, load);
  }

  private static Flight join(
      ConcurrentHashMap<String, Flight> all,
      String what,
      Supplier<Future<LoadExecutor.Outcome>> begin) {
    Flight present = all.get(what);
    if (present != null) {
      return present;
    }
    Flight flight = all.computeIfAbsent(what, first -> new Flight(begin.get(), true));
    flight.outcome.onComplete(done -> all.remove(what, flight));
    return flight;
  }

  /** Removes the matching loads that bypass Redis, so that no later reader joins them. */
  public void forgetDirect(Predicate<String> what) {
    direct.keySet().removeIf(what);
  }

  /** Completes a future of another event loop on the caller's. */
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
