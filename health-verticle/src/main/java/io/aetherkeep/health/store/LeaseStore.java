package io.aetherkeep.health.store;

import io.aetherkeep.catalogue.LeaseAsks.HeldLease;
import io.aetherkeep.health.settings.ProviderRules;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Store of one space's leases: calls that are reserved under the rate limits of a provider. */
public interface LeaseStore {

  /**
   * Reserves a call with its tokens.
   *
   * @param held how long the reservation lasts
   */
  Future<Reservation> reserve(String id, ProviderRules rules, String lease, long tokens, Held held);

  /**
   * How long a lease is held.
   *
   * @param counted how long a call counts from its reservation on, once its outcome is reported
   * @param kept how long the lease lasts from its reservation on, without a renewal or an outcome
   */
  record Held(Duration counted, Duration kept) {}

  /**
   * Renews a lease, or gives it back.
   *
   * @param kept how long the lease lasts from now on; zero to give it back
   * @return whether it was still held
   */
  Future<Boolean> keep(String id, String lease, Duration kept);

  /**
   * Result of a reservation.
   *
   * @param waitMillis if it was not granted, the time in ms until a retry
   * @param hedgeMillis 95th percentile of the times to the first token
   */
  record Reservation(boolean granted, long waitMillis, @Nullable Long hedgeMillis) {}

  /**
   * Lists the reservations that have not ended, those that end first.
   *
   * @param most maximum number of listed reservations
   */
  Future<Reserved> list(String id, int most);

  /**
   * Reservations of a provider's calls.
   *
   * @param calls the number of all reservations
   * @param tokens the tokens of all reservations
   */
  record Reserved(long calls, long tokens, List<HeldLease> items) {}

  /**
   * Settles a lease whose call was made; it counts to the end of its minute.
   *
   * @param tokens the tokens that were used, which replace the estimate; null if unknown
   */
  Future<Void> settle(String id, String lease, @Nullable Long tokens);
}
