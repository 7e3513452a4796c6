package io.aetherkeep.cache.loading;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.cache.index.Tags;
import io.aetherkeep.cache.loading.Claims.Stale;
import io.aetherkeep.cache.loading.Claims.Standing;
import io.aetherkeep.cache.loading.Claims.State;
import io.aetherkeep.cache.loading.Flights.Flight;
import io.aetherkeep.cache.loading.LoadExecutor.Outcome;
import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Read-through of misses: one load among all readers of all nodes. If the load is slow or fails,
 * readers get the stale value where one exists.
 *
 * <p>Each reader asks Redis for the state of the entry; concurrent readers share one request. So no
 * reader joins a load, or gets a stale copy, that was removed before its request.
 */
public final class ReadThrough {

  private static final long FIRST_LOOK_MILLIS = 10;
  private static final long LAST_LOOK_MILLIS = 100;

  private final String name;
  private final LoadExecutor loads;
  private final Claims claims;
  private final Store<Document> store;
  private final Flights flights;
  private final Supplier<CacheSettings.Loading> settings;
  private final CacheCounts counts;
  private final LongFunction<Future<Void>> delay;
  private final RequestBatcher<Standing> standings = new RequestBatcher<>();
  private final Set<String> renewing = new HashSet<>();

  /**
   * Creates the loading of one keyspace of one space, on one event loop.
   *
   * @param name prefix that keeps its loads apart from those of other keyspaces
   * @param delay returns a future that completes after so many milliseconds
   */
  public ReadThrough(
      String name,
      LoadExecutor loads,
      Claims claims,
      Store<Document> store,
      Flights flights,
      Supplier<CacheSettings.Loading> settings,
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

  /** Loads an entry that is missing in Redis. */
  public Future<Entry> miss(Key<Document> key) {
    return stand(key)
        .compose(
            standing -> {
              Future<Entry> fresh = fresh(key, standing);
              Stale stale = standing.stale();
              return stale == null ? patiently(fresh) : orStaleIfSlow(fresh, stale);
            });
  }

  private Future<Entry> patiently(Future<Entry> fresh) {
    return fresh
        .timeout(settings.get().patience().toMillis(), TimeUnit.MILLISECONDS)
        .recover(thrown -> Future.failedFuture(asFailure(thrown)));
  }

  private Future<Entry> orStaleIfSlow(Future<Entry> fresh, Stale stale) {
    if (stale.isGoodWhileRevalidating() && !fresh.isComplete()) {
      return Future.succeededFuture(serve(stale, Source.STALE));
    }
    return fresh
        .timeout(settings.get().softTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(thrown -> orStale(stale, asFailure(thrown)));
  }

  /** A stale value replaces a failed load, but not the answer that the entry does not exist. */
  private Future<Entry> orStale(Stale stale, Failure failure) {
    boolean failed = failure.kind() == Kind.UNAVAILABLE || LoadExecutor.isUnreadable(failure);
    return failed && stale.isGoodIfError()
        ? Future.succeededFuture(serve(stale, Source.STALE_ERROR))
        : Future.failedFuture(failure);
  }

  private static Failure asFailure(Throwable thrown) {
    return thrown instanceof Failure failure ? failure : LoadExecutor.unavailable(thrown);
  }

  private Entry serve(Stale stale, Source source) {
    counts.servedStale();
    long over = stale.since().toSeconds();
    return new Entry(stale.value(), store.lifetime().toSeconds() + over, -over, source);
  }

  /** Reads the state of the entry, and begins its load if no node loads it. */
  private Future<Standing> stand(Key<Document> key) {
    return standings.ask(
        key.text(), () -> begin(key, null, token -> claims.claim(key, token, loads.hold())));
  }

  /** A claim, given its token. */
  private interface Claim {
    Future<Standing> under(String token);
  }

  private Future<Standing> begin(Key<Document> key, @Nullable Document before, Claim claim) {
    String token = (before == null ? "" : Claims.RENEWAL) + UUID.randomUUID();
    // Opened before the claim is visible, so that every reader of its token finds the flight.
    Promise<Outcome> flight = flights.open(token);
    return claim
        .under(token)
        .onFailure(flight::tryFail)
        .onSuccess(
            standing -> {
              if (standing.state() == State.MINE) {
                loads.load(key, token, before).onComplete(flight);
              } else {
                flight.tryFail(unavailable());
              }
            });
  }

  private Future<Entry> fresh(Key<Document> key, Standing standing) {
    return switch (standing.state()) {
      case THERE -> readAgain(key, ReadThrough::entry, next -> fresh(key, next));
      case MINE, TAKEN -> {
        Flight flight = flight(key, standing.token());
        boolean shared = flight.isShared();
        yield flight.outcome().map(outcome -> entry(outcome, shared));
      }
      case ABSENT, FAILED, FREE -> outcome(key, standing).mapEmpty();
    };
  }

  private Future<Outcome> outcome(Key<Document> key, Standing standing) {
    return switch (standing.state()) {
      case MINE, TAKEN -> flight(key, standing.token()).outcome();
      case THERE ->
          readAgain(
              key,
              stored -> new Outcome(stored.value(), left(stored), true),
              next -> outcome(key, next));
      case ABSENT -> Future.failedFuture(LoadExecutor.unknown());
      case FAILED, FREE -> Future.failedFuture(unavailable());
    };
  }

  private Flight flight(Key<Document> key, String token) {
    return flights.join(token, () -> follow(key, token, System.nanoTime(), FIRST_LOOK_MILLIS));
  }

  private static Entry entry(Outcome outcome, boolean shared) {
    Source source = shared ? Source.COLLAPSED : outcome.stored() ? Source.ORIGIN : Source.UNSTORED;
    long endless = outcome.lifetime().isZero() ? -1 : outcome.lifetime().toSeconds();
    return new Entry(outcome.value(), 0, outcome.stored() ? endless : 0, source);
  }

  /** Polls the state of an entry that another node loads. */
  private Future<Outcome> follow(Key<Document> key, String token, long since, long wait) {
    if (System.nanoTime() - since > settings.get().hardTimeout().toNanos()) {
      return Future.failedFuture(unavailable());
    }
    return delay
        .apply(wait)
        .compose(later -> stand(key))
        .compose(
            standing ->
                standing.state() == State.TAKEN && standing.token().equals(token)
                    ? follow(key, token, since, Math.min(2 * wait, LAST_LOOK_MILLIS))
                    : outcome(key, standing));
  }

  /** Reads an entry that is stored by now; asks for its state anew if it was removed meanwhile. */
  private <T> Future<T> readAgain(
      Key<Document> key,
      Function<Stored<Document>, T> present,
      Function<Standing, Future<T>> removed) {
    return store
        .find(key)
        .compose(
            found ->
                found.isPresent()
                    ? Future.succeededFuture(present.apply(found.get()))
                    : stand(key).compose(removed));
  }

  private static Duration left(Stored<Document> stored) {
    return stored.remaining().isNegative() ? Duration.ZERO : stored.remaining();
  }

  private static Entry entry(Stored<Document> stored) {
    long left = stored.remaining().isNegative() ? -1 : stored.remaining().toSeconds();
    return new Entry(
        stored.value(), stored.age().toSeconds(), left, Source.REDIS, Tags.of(stored.label()));
  }

  private static Failure unavailable() {
    return Failure.of(Code.ORIGIN_UNAVAILABLE, "The system of record does not answer");
  }

  /** Whether so little of the lifetime is left that a read should renew the entry. */
  public boolean isDue(double left) {
    return left * 100 < settings.get().refreshAheadPercent();
  }

  /** Renews an entry in the background before it expires. */
  public void renew(Key<Document> key, Document before) {
    if (!renewing.add(key.text())) {
      return;
    }
    begin(key, before, token -> claims.claimRenewal(key, token, loads.hold()))
        .compose(standing -> standing.state() == State.MINE ? renewed(key, standing) : backOff())
        .onComplete(done -> renewing.remove(key.text()));
  }

  private Future<Void> renewed(Key<Document> key, Standing standing) {
    return flight(key, standing.token()).outcome().mapEmpty();
  }

  /** Delays the next attempt: otherwise each read of a hot entry would make one. */
  private Future<Void> backOff() {
    return delay.apply(Math.max(1, settings.get().failedFor().toMillis()));
  }

  /** Loads past Redis while it is unavailable. */
  public Future<Entry> direct(Key<Document> key) {
    return flights
        .direct(name + key.text(), () -> loads.guarded(key).map(this::outcome))
        .outcome()
        .timeout(settings.get().patience().toMillis(), TimeUnit.MILLISECONDS)
        .map(outcome -> new Entry(outcome.value(), 0, 0, Source.DIRECT))
        .recover(thrown -> Future.failedFuture(asFailure(thrown)));
  }

  private Outcome outcome(Loaded loaded) {
    Document value = loaded.value();
    if (value == null) {
      throw LoadExecutor.unknown();
    }
    return new Outcome(value, settings.get().failedFor(), false);
  }

  /** Asks the origin and stores nothing. */
  public Future<Loaded> ask(Key<Document> key) {
    return loads
        .guarded(key)
        .recover(thrown -> Future.failedFuture(LoadExecutor.unavailable(thrown)));
  }

  /** How long to cache a value that could not be stored in Redis. */
  public Duration directFor() {
    return settings.get().failedFor();
  }
}
