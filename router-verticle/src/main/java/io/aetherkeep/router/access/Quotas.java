package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Quota;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Rate limits by credential and by address. */
public final class Quotas {

  private static final CharSequence LIMIT = HttpHeaders.createOptimized("RateLimit");
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");

  private final Quota ofKey;
  private final Quota ofAddress;
  private final Proxies proxies;

  private Quotas(Quota ofKey, Quota ofAddress, Proxies proxies) {
    this.ofKey = ofKey;
    this.ofAddress = ofAddress;
    this.proxies = proxies;
  }

  /** Creates the rate limits of a node behind these proxies. */
  public static Quotas of(AccessSettings settings, Proxies proxies) {
    return new Quotas(
        Quota.of("key", settings.keyRate()), Quota.of("address", settings.addressRate()), proxies);
  }

  /** Whether requests are limited by address. */
  public boolean countsAddresses() {
    return !ofAddress.isUnlimited();
  }

  /** Counts a request for its client's address. */
  public void count(HttpServerRequest request) {
    take(ofAddress, Addresses.clientPrefix(proxies.client(request)), request);
  }

  /** Counts a request for its caller. */
  void count(Caller caller, HttpServerRequest request) {
    if (!ofKey.isUnlimited()) {
      take(ofKey, caller.name(), request);
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
