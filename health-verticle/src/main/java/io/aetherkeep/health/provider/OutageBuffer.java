package io.aetherkeep.health.provider;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.collection.LastKnown;
import io.aetherkeep.health.provider.PendingOutcomes.Batch;
import io.aetherkeep.health.provider.PendingOutcomes.Kept;
import io.aetherkeep.health.settings.ProviderRules;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Outage buffer of one space: the provider records that this node last read, and the outcomes
 * reported since Redis went down. All event loops of the node share it.
 */
public final class OutageBuffer {

  private static final System.Logger LOG = System.getLogger(OutageBuffer.class.getName());

  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final long MOST_BYTES = 4 << 20;
  private static final int MOST_NAMES = 2000;

  private final InstantSource clock;
  private final LastKnown<ProviderHealth> last =
      new LastKnown<>(LONGEST, MOST_BYTES, provider -> 400);
  private final PendingOutcomes kept = new PendingOutcomes();
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /** Step that merges one batch of a provider's outcomes. */
  interface Merging {
    Future<?> merge(String id, List<Outcome> outcomes, long number);
  }

  public OutageBuffer(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the time to pass to {@link #observe}, taken before a read. */
  long now() {
    return last.now();
  }

  void observe(ProviderHealth provider, long asked) {
    last.keep(provider.providerId(), provider, asked);
    if (names.size() < MOST_NAMES) {
      names.add(provider.providerId());
    }
  }

  /** Forgets a provider that has no record. */
  void observeMissing(String id) {
    last.forget(id);
    names.remove(id);
  }

  /** Keeps outcomes for a later merge; returns this node's judgement of the provider. */
  Future<ProviderHealth> keep(String id, ProviderRules rules, List<Outcome> outcomes) {
    if (!kept.keep(id, outcomes, clock.instant())) {
      return Future.failedFuture(
          Failure.of(
              Code.REDIS_UNAVAILABLE, "Redis is unavailable, and the buffer of outcomes is full"));
    }
    return Future.succeededFuture(of(id, rules).orElseThrow());
  }

  /** Returns this node's judgement of a provider, if it knows the provider. */
  Optional<ProviderHealth> of(String id, ProviderRules rules) {
    List<Kept> since = kept.of(id);
    Optional<LastKnown.Seen<ProviderHealth>> seen = last.find(id);
    return since.isEmpty() && seen.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new LocalJudgement(id, rules, clock.instant())
                .of(
                    seen.map(LastKnown.Seen::value),
                    since,
                    seen.map(LastKnown.Seen::age).orElse(Duration.ZERO)));
  }

  /** Returns the providers that this node knows. */
  Set<String> ids() {
    Set<String> all = new TreeSet<>(names);
    all.addAll(kept.ids());
    return all;
  }

  /**
   * Merges the kept outcomes, one provider after the other. A failure is retried later, and does
   * not delay the others; outcomes of a provider whose record is unreadable are dropped, as those
   * are refused that are reported for it.
   *
   * @param unavailable whether a provider cannot be written now
   */
  Future<Void> merge(Predicate<String> unavailable, Merging merging) {
    Future<Void> all = Future.succeededFuture();
    for (String id : kept.ids()) {
      Batch batch = unavailable.test(id) ? null : kept.takeBatch(id, clock.instant());
      if (batch != null) {
        all =
            all.transform(
                before ->
                    merging
                        .merge(id, batch.outcomes(clock.instant()), batch.number())
                        .onSuccess(done -> kept.remove(id, batch))
                        .onFailure(thrown -> failed(id, batch, thrown))
                        .compose(done -> result(before)));
      }
    }
    return all;
  }

  private void failed(String id, Batch batch, Throwable thrown) {
    Failure failure = Failure.from(thrown);
    if (failure.code() == Code.UNREADABLE_VALUE) {
      kept.remove(id, batch);
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} outcomes of provider {1} that were reported during an outage of Redis are dropped:"
              + " {2}. Write the record by PUT, or delete it",
          batch.kept().size(),
          id,
          failure.detail());
    }
  }

  private static Future<Void> result(AsyncResult<Void> of) {
    return of.failed() ? Future.failedFuture(of.cause()) : Future.succeededFuture();
  }
}
