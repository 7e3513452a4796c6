package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.AccessSettings.Rates;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.RateLimiter;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Rate limits by credential and by address. */
public final class RateLimiters {

  private static final CharSequence LIMIT = HttpHeaders.createOptimized("RateLimit");
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");

  private final AccessSettings settings;
  private final Proxies proxies;
  private volatile Current current;

  /** Rate limiters of the current rates; a change of the rates replaces them with full ones. */
  private record Current(Rates rates, RateLimiter ofKey, RateLimiter ofAddress) {

    static Current of(Rates rates) {
      return new Current(
          rates,
          RateLimiter.of("key", rates.ofKey()),
          RateLimiter.of("address", rates.ofAddress()));
    }
  }

  private RateLimiters(AccessSettings settings, Proxies proxies) {
    this.settings = settings;
    this.proxies = proxies;
    this.current = Current.of(settings.rates().value());
  }

  /** Creates the rate limits of a node behind these proxies. */
  public static RateLimiters of(AccessSettings settings, Proxies proxies) {
    return new RateLimiters(settings, proxies);
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
    RateLimiter limiter = current().ofAddress;
    if (!limiter.isUnlimited()) {
      take(limiter, Addresses.clientPrefix(proxies.client(request)), request);
    }
  }

  /** Counts a request for its caller. */
  void count(Caller caller, HttpServerRequest request) {
    RateLimiter limiter = current().ofKey;
    if (!limiter.isUnlimited()) {
      take(limiter, caller.name(), request);
    }
  }

  private static void take(RateLimiter limiter, String client, HttpServerRequest request) {
    RateLimiter.Taken taken = limiter.take(client);
    MultiMap headers = request.response().headers();
    headers.add(POLICY, limiter.policy()).add(LIMIT, limiter.standing(taken));
    if (!taken.granted()) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, taken.againInSeconds())));
      throw Failure.of(Code.RATE_LIMITED, "The rate limit of this credential is exceeded");
    }
  }
}
