package io.aetherkeep.cache.loading;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.cache.loading.Claims.Stale;
import io.aetherkeep.cache.loading.Claims.Standing;
import io.aetherkeep.cache.loading.Claims.State;
import io.aetherkeep.cache.loading.Flights.Flight;
import io.aetherkeep.cache.loading.Loads.Outcome;
import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Loaded;
import io.aetherkeep.catalogue.CacheAsks.Source;
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
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Answers misses from an origin: by one load among all readers of all nodes, and with the value
 * that is over where there is one and a fresh one is slow.
 *
 * <p>Each reader asks Redis how the entry stands, those of one moment together: so none joins a
 * load, and none is served a stale copy, that a removal before it has ended.
 */
public final class Loading {

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
  private final Batched<Standing> standings = new Batched<>();
  private final Set<String> renewing = new HashSet<>();

  /**
   * The loading of one keyspace of one space, on one event loop.
   *
   * @param name tells its loads from those of others
   * @param delay passes that many milliseconds
   */
  public Loading(
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
  public Future<Entry> miss(Key<Document> key) {
    return stand(key)
        .compose(
            standing -> {
              Future<Entry> fresh = fresh(key, standing);
              Stale stale = standing.stale();
              return stale == null ? patiently(fresh) : unlessSlow(fresh, stale);
            });
  }

  private Future<Entry> patiently(Future<Entry> fresh) {
    return fresh
        .timeout(settings.patience().toMillis(), TimeUnit.MILLISECONDS)
        .recover(thrown -> Future.failedFuture(told(thrown)));
  }

  private Future<Entry> unlessSlow(Future<Entry> fresh, Stale stale) {
    if (stale.isGoodWhileRevalidating() && !fresh.isComplete()) {
      return Future.succeededFuture(serve(stale, Source.STALE));
    }
    return fresh
        .timeout(settings.softTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(thrown -> orStale(stale, told(thrown)));
  }

  /** What is known not to be there is not served because it was there. */
  private Future<Entry> orStale(Stale stale, Failure failure) {
    boolean failed = failure.kind() == Kind.UNAVAILABLE || Loads.isUnreadable(failure);
    return failed && stale.isGoodIfError()
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

  /** How the entry stands now; where nobody loads it, its load begins. */
  private Future<Standing> stand(Key<Document> key) {
    return standings.ask(
        key.text(), () -> begin(key, null, token -> claims.claim(key, token, loads.hold())));
  }

  /** What a claim under a token comes to. */
  private interface Claim {
    Future<Standing> under(String token);
  }

  private Future<Standing> begin(Key<Document> key, @Nullable Document before, Claim claim) {
    String token = UUID.randomUUID().toString();
    // Before the claim is known to anybody, so that whoever finds its token finds the flight.
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
      case THERE -> readAgain(key).map(Loading::entry);
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
      case THERE -> readAgain(key).map(stored -> new Outcome(stored.value(), left(stored), true));
      case ABSENT -> Future.failedFuture(Loads.unknown());
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

  /** Another node loads it: looks now and then how the entry stands. */
  private Future<Outcome> follow(Key<Document> key, String token, long since, long wait) {
    if (System.nanoTime() - since > settings.hardTimeout().toNanos()) {
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

  private Future<Stored<Document>> readAgain(Key<Document> key) {
    return store.find(key).map(found -> found.orElseThrow(Loads::unknown));
  }

  private static Duration left(Stored<Document> stored) {
    return stored.remaining().isNegative() ? Duration.ZERO : stored.remaining();
  }

  private static Entry entry(Stored<Document> stored) {
    long left = stored.remaining().isNegative() ? -1 : stored.remaining().toSeconds();
    return new Entry(stored.value(), stored.age().toSeconds(), left, Source.REDIS);
  }

  private static Failure unavailable() {
    return Failure.of(Code.ORIGIN_UNAVAILABLE, "The system of record gives no answer");
  }

  /** Whether so little of its life is left that a read of it is worth a fresh one. */
  public boolean isDue(double left) {
    return left * 100 < settings.refreshAheadPercent();
  }

  /** Renews an entry before it ends, behind the backs of its readers. */
  public void renew(Key<Document> key, Document before) {
    if (!renewing.add(key.text())) {
      return;
    }
    begin(key, before, token -> claims.claimRenewal(key, token, loads.hold()))
        .compose(standing -> standing.state() == State.MINE ? renewed(key, standing) : notNow())
        .onComplete(done -> renewing.remove(key.text()));
  }

  private Future<Void> renewed(Key<Document> key, Standing standing) {
    return flight(key, standing.token()).outcome().mapEmpty();
  }

  /** Nobody asks again for a moment: each read of a hot entry would. */
  private Future<Void> notNow() {
    return delay.apply(Math.max(1, settings.failedFor().toMillis()));
  }

  /** Past Redis, which is gone. */
  public Future<Entry> direct(Key<Document> key) {
    return flights
        .direct(name + key.text(), () -> loads.guarded(key).map(this::outcome))
        .outcome()
        .timeout(settings.patience().toMillis(), TimeUnit.MILLISECONDS)
        .map(outcome -> new Entry(outcome.value(), 0, 0, Source.DIRECT))
        .recover(thrown -> Future.failedFuture(told(thrown)));
  }

  private Outcome outcome(Loaded loaded) {
    Document value = loaded.value();
    if (value == null) {
      throw Loads.unknown();
    }
    return new Outcome(value, settings.failedFor(), false);
  }

  /** What the origin says, and nothing kept. */
  public Future<Loaded> ask(Key<Document> key) {
    return loads.guarded(key).recover(thrown -> Future.failedFuture(Loads.unavailable(thrown)));
  }

  /** Keeps a load that is under way from being stored. */
  public Future<Void> revoke(Key<Document> key) {
    return claims.revoke(key);
  }

  /** How long a value is good that could not be stored. */
  public Duration directFor() {
    return settings.failedFor();
  }
}
