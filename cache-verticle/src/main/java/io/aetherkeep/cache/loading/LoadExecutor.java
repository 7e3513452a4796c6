package io.aetherkeep.cache.loading;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.cache.origin.Breaker;
import io.aetherkeep.cache.origin.Origin;
import io.aetherkeep.cache.origin.OriginLog;
import io.aetherkeep.cache.origin.UnusableAnswer;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.HashDocument;
import io.aetherkeep.document.Offload;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Layout;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Execution of loads: asks the origin and settles the lease with its answer. */
public final class LoadExecutor {

  /**
   * Outcome of a load.
   *
   * @param lifetime how long the value is fresh, zero for ever; meaningless if it is not stored
   * @param stored whether the value is in Redis
   */
  record Outcome(Document value, Duration lifetime, boolean stored) {}

  /**
   * Rules of a keyspace's loads.
   *
   * @param name name in the log
   * @param settings the present settings of loads
   * @param usual the present default lifetime of its entries
   * @param largest maximum size of an entry in bytes
   */
  public record Rules(
      String name,
      Supplier<CacheSettings.Loading> settings,
      Supplier<Duration> usual,
      int largest) {}

  private final Rules rules;
  private final Origin origin;
  private final Claims claims;
  private final Breaker breaker;
  private final CacheCounts counts;
  private final NearCache near;
  private final OriginLog log;

  /**
   * Creates the loads of one keyspace.
   *
   * @param near learns the version of each value before it is stored
   */
  public LoadExecutor(
      Rules rules,
      Origin origin,
      Claims claims,
      Breaker breaker,
      CacheCounts counts,
      NearCache near,
      OriginLog log) {
    this.log = log;
    this.rules = rules;
    this.origin = origin;
    this.claims = claims;
    this.breaker = breaker;
    this.counts = counts;
    this.near = near;
  }

  /** How long a lease holds: a second longer than a load may take. */
  Duration hold() {
    return rules.settings.get().hardTimeout().plusSeconds(1);
  }

  /**
   * Loads an entry under its lease, and stores it if the entry is missing or equals {@code before}.
   */
  Future<Outcome> load(Key<Document> key, String token, @Nullable Document before) {
    long begun = System.currentTimeMillis();
    return claims
        .announce(key, hold())
        .transform(
            announced ->
                guarded(key)
                    .onSuccess(loaded -> dateToStart(key, loaded, begun))
                    .compose(
                        loaded -> settle(key, token, announced.succeeded(), loaded, before),
                        thrown -> failed(key, token, thrown)));
  }

  /** Records the version with the time at which its load began, not at which Redis stores it. */
  private void dateToStart(Key<Document> key, Loaded loaded, long begun) {
    if (loaded.value() != null) {
      near.writes(key.text(), loaded.value().version(), begun);
    }
  }

  private Future<Outcome> failed(Key<Document> key, String token, Throwable thrown) {
    return claims
        .settle(key, token, Claims.State.FAILED, hold(thrown))
        .transform(settled -> Future.failedFuture(unavailable(thrown)));
  }

  /**
   * How long other nodes must not ask again. Zero if only this node's breaker is open or its
   * connections are busy, or only this value is broken.
   */
  private Duration hold(Throwable thrown) {
    return isUnreadable(thrown)
            || Origin.isBusy(thrown)
            || (thrown instanceof Failure failure && failure.detail().equals(OPEN))
        ? Duration.ZERO
        : rules.settings.get().failedFor();
  }

  private Future<Outcome> settle(
      Key<Document> key,
      String token,
      boolean announced,
      Loaded loaded,
      @Nullable Document before) {
    Document value = loaded.value();
    if (value == null) {
      return claims
          .settle(key, token, Claims.State.ABSENT, rules.settings.get().absentFor())
          .transform(settled -> Future.failedFuture(unknown()));
    }
    double cut =
        ThreadLocalRandom.current().nextDouble() * rules.settings.get().jitterPercent() / 100;
    Freshness freshness = Freshness.of(loaded, rules.usual.get(), rules.settings.get(), cut);
    Duration lifetime = freshness.lifetime() == null ? Duration.ZERO : freshness.lifetime();
    // Without an announcement it is not stored: invalidations cannot find this load.
    Future<Boolean> stored =
        announced
            ? claims.settle(key, token, value, freshness, before)
            : claims.settle(key, token, Claims.State.FAILED, Duration.ZERO).map(false);
    // Waiting readers get the loaded value even if it could not be stored.
    return stored.otherwise(false).map(done -> new Outcome(value, lifetime, done));
  }

  private static final String OPEN = "The system of record has failed too often of late";

  /** Asks the origin within the time limit, unless the circuit breaker is open. */
  Future<Loaded> guarded(Key<Document> key) {
    long call = breaker.begin();
    if (call == Breaker.REFUSED) {
      return Future.failedFuture(Failure.of(Code.ORIGIN_UNAVAILABLE, OPEN));
    }
    long start = System.nanoTime();
    return ask(key)
        .timeout(rules.settings.get().hardTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .compose(loaded -> checked(key, loaded))
        .onComplete(
            loaded -> {
              counts.loaded(System.nanoTime() - start, true);
              breaker.succeeded(call);
            },
            thrown -> {
              counts.loaded(System.nanoTime() - start, false);
              report(call, thrown);
            });
  }

  /** Reports to the circuit breaker what a failure says about the origin, and logs it. */
  private void report(long call, Throwable thrown) {
    if (isAnswer(thrown)) {
      breaker.succeeded(call);
    } else if (Origin.isBusy(thrown)) {
      breaker.cancelled(call);
    } else {
      breaker.failed(call);
    }
    if (!isUnreadable(thrown)) {
      log.failed(rules.name, thrown);
    }
  }

  /** Whether the origin did answer, so that other entries can be loaded. */
  private static boolean isAnswer(Throwable thrown) {
    return thrown instanceof UnusableAnswer
        || (thrown instanceof Failure failure && failure.kind() == Kind.INVALID);
  }

  private Future<Loaded> ask(Key<Document> key) {
    try {
      return origin.load(key.ids());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Loaded> checked(Key<Document> key, Loaded loaded) {
    Document value = loaded.value();
    if (value == null) {
      return Future.succeededFuture(loaded);
    }
    Layout layout = key.keyspace().layout();
    if (layout == Layout.TEXT) {
      return Offload.run(value.length(), () -> loaded.withValue(checkedText(value)));
    }
    checkSize(value.length());
    return layout == Layout.HASH
        ? Offload.run(value.length(), () -> HashDocument.adapted(value)).map(loaded::withValue)
        : Future.succeededFuture(loaded);
  }

  private Document checkedText(Document value) {
    Document text = TextDocument.adapted(value);
    checkSize(TextDocument.bytes(text).length());
    return text;
  }

  private void checkSize(int bytes) {
    if (bytes > rules.largest) {
      throw new UnusableAnswer("The system of record's value is too large");
    }
  }

  /** Whether the origin did answer, but with a broken value: a retry would not help. */
  static boolean isUnreadable(Throwable thrown) {
    return thrown instanceof Failure failure && failure.code() == Code.UNREADABLE_VALUE;
  }

  static Failure unknown() {
    return Failure.of(
        Code.ENTRY_UNKNOWN, "No entry has this id, in the cache or in the system of record");
  }

  public static Failure unavailable(Throwable thrown) {
    if (thrown instanceof UnusableAnswer answer) {
      return answer.failure();
    }
    if (Origin.isBusy(thrown)) {
      return Failure.of(Code.ORIGIN_UNAVAILABLE, "Too many loads wait for the system of record");
    }
    return thrown instanceof Failure failure
            && (failure.code() == Code.ORIGIN_UNAVAILABLE || isUnreadable(failure))
        ? failure
        : Failure.of(Code.ORIGIN_UNAVAILABLE, "The system of record did not answer");
  }
}
