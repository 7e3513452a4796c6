package io.aetherkeep.health.provider;

import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.health.store.ProviderStore;
import io.aetherkeep.health.store.ProviderStore.Judgement;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Groups of providers: reported outcomes never disable all members of a group. */
public final class ProviderGroups {

  /** Extra lifetime of a place: the sweep may reopen a provider a little late. */
  private static final long SWEEP_DELAY = Duration.ofMinutes(1).toMillis();

  private static final long FOR_EVER = Duration.ofDays(365).toMillis();

  private final PerSpace<ProviderStore> stores;
  private final HealthSettings settings;

  public ProviderGroups(PerSpace<ProviderStore> stores, HealthSettings settings) {
    this.stores = stores;
    this.settings = settings;
  }

  /**
   * Disables a provider if at least one other member of its group stays enabled, because callers
   * need one to call. Its own claim is given back if a success came first.
   */
  Future<Judgement> ifAllowed(String space, String id, Judgement judged) {
    ProviderRules rules = settings.rules(space, id);
    String group = String.valueOf(rules.group());
    int places = settings.members(space, group).size() - 1;
    String claim = Long.toHexString(ThreadLocalRandom.current().nextLong());
    ProviderStore store = stores.of(space);
    return store
        .places()
        .claim(group, id, claim, placeExpiry(space, rules), places)
        .compose(
            allowed ->
                allowed
                    ? store
                        .disable(id, rules)
                        .compose(after -> unlessUnused(store, group, id, claim, after))
                        .map(after -> since(judged, after))
                    : Future.succeededFuture(judged));
  }

  /** Gives a claim back if the provider is not disabled; a failure leaves it to its expiry. */
  private static Future<Judgement> unlessUnused(
      ProviderStore store, String group, String id, String claim, Judgement after) {
    return after.after() == Status.DISABLED
        ? Future.succeededFuture(after)
        : store
            .places()
            .release(group, id, claim)
            .transform(released -> Future.succeededFuture(after));
  }

  long placeExpiry(String space, ProviderRules rules) {
    return stores.of(space).clock().millis() + rules.longestCoolDown().toMillis() + SWEEP_DELAY;
  }

  /**
   * Combines both steps; if another node was faster, the second changed nothing and that node
   * reports it.
   */
  private static Judgement since(Judgement first, Judgement then) {
    boolean done = then.before() != then.after();
    return new Judgement(
        first.before(),
        done ? then.after() : first.after(),
        done ? then.reason() : first.reason(),
        false,
        then.until(),
        first.wasUntil(),
        then.known());
  }

  /**
   * Claims a place for a provider that is disabled for another reason, beyond the limit of places
   * if necessary, so that it counts too, until its status ends.
   */
  Future<Judgement> placed(String space, String id, Judgement judged) {
    String group = settings.rules(space, id).group();
    if (group == null || judged.after() != Status.DISABLED) {
      return Future.succeededFuture(judged);
    }
    long end = judged.until() == 0 ? judged.known().now() + FOR_EVER : judged.until();
    long until = end + SWEEP_DELAY;
    return stores.of(space).places().claim(group, id, "", until, Integer.MAX_VALUE).map(judged);
  }

  /**
   * Releases the place of a provider that is no longer disabled.
   *
   * @param claimedAnew the end of a place that was claimed after that step, which stays
   */
  Future<Void> left(String space, String id, Judgement judged, long claimedAnew) {
    String group = settings.rules(space, id).group();
    boolean back = judged.before() == Status.DISABLED && judged.after() != judged.before();
    return back && group != null
        ? stores
            .of(space)
            .places()
            .leave(group, id, judged.wasUntil() == 0 ? Long.MAX_VALUE : claimedAnew)
        : Future.succeededFuture();
  }
}
