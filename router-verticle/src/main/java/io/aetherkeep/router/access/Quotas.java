package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.AccessSettings.Rates;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Quota;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Rate limits by credential and by address. */
public final class Quotas {

  private static final CharSequence LIMIT = HttpHeaders.createOptimized("RateLimit");
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");

  private final AccessSettings settings;
  private final Proxies proxies;
  private volatile Current current;

  /** Rate limiters of the current rates; a change of the rates replaces them with full ones. */
  private record Current(Rates rates, Quota ofKey, Quota ofAddress) {

    static Current of(Rates rates) {
      return new Current(
          rates, Quota.of("key", rates.ofKey()), Quota.of("address", rates.ofAddress()));
    }
  }

  private Quotas(AccessSettings settings, Proxies proxies) {
    this.settings = settings;
    this.proxies = proxies;
    this.current = Current.of(settings.rates().value());
  }

  /** Creates the rate limits of a node behind these proxies. */
  public static Quotas of(AccessSettings settings, Proxies proxies) {
    return new Quotas(settings, proxies);
  }

  private Current current() {
    Rates rates = settings.rates().value();
    return current.rates.equals(rates) ? current : changed(rates);
  }

  private synchronized Current changed(Rates rates) {
    if (!current.rates.equals(rates)) {
      current = Current.of(rates);
    }
    return current;
  }

  /** Counts a request for its client's address. */
  public void count(HttpServerRequest request) {
    Quota quota = current().ofAddress;
    if (!quota.isUnlimited()) {
      take(quota, Addresses.clientPrefix(proxies.client(request)), request);
    }
  }

  /** Counts a request for its caller. */
  void count(Caller caller, HttpServerRequest request) {
    Quota quota = current().ofKey;
    if (!quota.isUnlimited()) {
      take(quota, caller.name(), request);
    }
  }

  private static void take(Quota quota, String client, HttpServerRequest request) {
    Quota.Taken taken = quota.take(client);
    MultiMap headers = request.response().headers();
    headers.add(POLICY, quota.policy()).add(LIMIT, quota.standing(taken));
    if (!taken.granted()) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, taken.againInSeconds())));
      throw Failure.of(Code.RATE_LIMITED, "The rate limit of this credential is exceeded");
    }
  }
}
