package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.cache.Claims.Stale;
import io.aetherkeep.cache.Claims.Standing;
import io.aetherkeep.cache.Claims.State;
import io.aetherkeep.cache.Flights.Flight;
import io.aetherkeep.cache.Flights.Seat;
import io.aetherkeep.cache.Loads.Outcome;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Loaded;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Answers misses from an origin: by one load among all readers of all nodes, and with the value
 * that is over where there is one and a fresh one is slow.
 */
final class Loading {

  private static final long FIRST_LOOK_MILLIS = 10;
  private static final long LAST_LOOK_MILLIS = 100;

  private final String name;
  private final Loads loads;
  private final Claims claims;
  private final Store<Document> store;
  private final Flights flights;
  private final CacheSettings.Loading settings;
  private final CacheCounts counts;
  private final LongFunction<Future<Void>> delay;

  /**
   * The loading of one keyspace of one space.
   *
   * @param name tells its flights from those of others
   * @param delay passes that many milliseconds
   */
  Loading(
      String name,
      Loads loads,
      Claims claims,
      Store<Document> store,
      Flights flights,
      CacheSettings.Loading settings,
      CacheCounts counts,
      LongFunction<Future<Void>> delay) {
    this.name = name;
    this.loads = loads;
    this.claims = claims;
    this.store = store;
    this.flights = flights;
    this.settings = settings;
    this.counts = counts;
    this.delay = delay;
  }

  /** The entry that Redis does not have. */
  Future<Entry> miss(Key<Document> key) {
    Seat seat = flights.join(name + key.text(), () -> start(key));
    Flight flight = seat.flight();
    Future<Entry> fresh =
        Flights.here(flight.entry())
            .map(outcome -> entry(outcome, seat.shared() ? Source.COLLAPSED : Source.ORIGIN));
    return Flights.here(flight.standing()).compose(standing -> answer(standing, fresh));
  }

  private static Entry entry(Outcome outcome, Source source) {
    long seconds = outcome.lifetime().isZero() ? -1 : outcome.lifetime().toSeconds();
    return new Entry(outcome.value(), 0, seconds, source);
  }

  private Future<Entry> answer(Standing standing, Future<Entry> fresh) {
    Stale stale = standing.stale();
    if (stale == null) {
      return fresh
          .timeout(settings.patience().toMillis(), TimeUnit.MILLISECONDS)
          .recover(thrown -> Future.failedFuture(told(thrown)));
    }
    boolean revalidating = stale.since().compareTo(settings.staleWhileRevalidate()) < 0;
    if (revalidating && !fresh.isComplete()) {
      return Future.succeededFuture(serve(stale, Source.STALE));
    }
    return fresh
        .timeout(settings.softTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(thrown -> orStale(stale, told(thrown)));
  }

  /** What is known not to be there is not served because it was there. */
  private Future<Entry> orStale(Stale stale, Failure failure) {
    boolean soon = stale.since().compareTo(settings.staleIfError()) < 0;
    return failure.kind() == Kind.UNAVAILABLE && soon
        ? Future.succeededFuture(serve(stale, Source.STALE_ERROR))
        : Future.failedFuture(failure);
  }

  private static Failure told(Throwable thrown) {
    return thrown instanceof Failure failure ? failure : Loads.unavailable(thrown);
  }

  private Entry serve(Stale stale, Source source) {
    counts.servedStale();
    long over = stale.since().toSeconds();
    return new Entry(stale.value(), store.lifetime().toSeconds() + over, -over, source);
  }

  private Flight start(Key<Document> key) {
    Promise<Standing> standing = Promise.promise();
    Future<Outcome> entry = attempt(key, standing, System.nanoTime(), FIRST_LOOK_MILLIS);
    entry.onFailure(standing::tryFail);
    return new Flight(standing.future(), entry);
  }

  private Future<Outcome> attempt(
      Key<Document> key, Promise<Standing> first, long since, long wait) {
    return claims
        .claim(key, settings.hardTimeout().plusSeconds(1))
        .compose(
            standing -> {
              first.tryComplete(standing);
              return switch (standing.state()) {
                case MINE -> loads.load(key, standing.token(), null);
                case THERE -> readAgain(key);
                case ABSENT -> Future.failedFuture(Loads.unknown());
                case FAILED, FREE -> Future.failedFuture(unavailable());
                case TAKEN -> lookAgain(key, first, since, wait);
              };
            });
  }

  /** Another node loads it. */
  private Future<Outcome> lookAgain(
      Key<Document> key, Promise<Standing> first, long since, long wait) {
    if (System.nanoTime() - since > settings.hardTimeout().toNanos()) {
      return Future.failedFuture(unavailable());
    }
    return delay
        .apply(wait)
        .compose(later -> attempt(key, first, since, Math.min(2 * wait, LAST_LOOK_MILLIS)));
  }

  private Future<Outcome> readAgain(Key<Document> key) {
    return store
        .find(key)
        .map(found -> found.orElseThrow(Loads::unknown))
        .map(stored -> new Outcome(stored.value(), left(stored)));
  }

  private static Duration left(Stored<Document> stored) {
    return stored.remaining().isNegative() ? Duration.ZERO : stored.remaining();
  }

  private static Failure unavailable() {
    return Failure.of(Code.ORIGIN_UNAVAILABLE, "The system of record gives no answer");
  }

  /** Whether so little of its life is left that a read of it is worth a fresh one. */
  boolean isDue(double left) {
    return left * 100 < settings.refreshAheadPercent();
  }

  /** Renews an entry before it ends, behind the backs of its readers. */
  void renew(Key<Document> key, Document before) {
    flights.join(name + key.text() + " ahead", () -> startRenewal(key, before));
  }

  private Flight startRenewal(Key<Document> key, Document before) {
    Future<Standing> standing = claims.claimRenewal(key, settings.hardTimeout().plusSeconds(1));
    Future<Outcome> entry =
        standing.compose(
            found ->
                found.state() == State.MINE ? loads.load(key, found.token(), before) : notNow());
    return new Flight(standing, entry);
  }

  /** Nobody asks again for a moment: each read of a hot entry would. */
  private Future<Outcome> notNow() {
    return delay
        .apply(Math.max(1, settings.failedFor().toMillis()))
        .compose(later -> Future.failedFuture(unavailable()));
  }

  /** Past Redis, which is gone. */
  Future<Entry> direct(Key<Document> key) {
    Seat seat = flights.join(name + key.text() + " direct", () -> startDirect(key));
    return Flights.here(seat.flight().entry())
        .timeout(settings.patience().toMillis(), TimeUnit.MILLISECONDS)
        .map(outcome -> new Entry(outcome.value(), 0, 0, Source.DIRECT))
        .recover(thrown -> Future.failedFuture(told(thrown)));
  }

  private Flight startDirect(Key<Document> key) {
    Future<Outcome> entry =
        loads
            .guarded(key)
            .map(Loaded::value)
            .map(
                value -> {
                  if (value == null) {
                    throw Loads.unknown();
                  }
                  return new Outcome(value, settings.failedFor());
                });
    return new Flight(entry.map(new Standing(State.FREE, "", null)), entry);
  }

  /** What the origin says, and nothing kept. */
  Future<Loaded> ask(Key<Document> key) {
    return loads.guarded(key).recover(thrown -> Future.failedFuture(Loads.unavailable(thrown)));
  }

  /** Keeps a load that is under way from being stored. */
  Future<Void> revoke(Key<Document> key) {
    return claims.revoke(key);
  }

  /** How long a value is good that could not be stored. */
  Duration directFor() {
    return settings.failedFor();
  }
}
