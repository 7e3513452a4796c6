package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

/** How often one may ask, by credential and by address. */
public final class Quotas {

  private static final CharSequence LIMIT = HttpHeaders.createOptimized("RateLimit");
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");

  private final Quota ofKey;
  private final Quota ofAddress;

  private Quotas(Quota ofKey, Quota ofAddress) {
    this.ofKey = ofKey;
    this.ofAddress = ofAddress;
  }

  public static Quotas of(AccessSettings settings) {
    return new Quotas(
        Quota.of("key", settings.keyRate()), Quota.of("address", settings.addressRate()));
  }

  /** Whether addresses are counted at all. */
  public boolean countsAddresses() {
    return !ofAddress.isUnlimited();
  }

  /** Counts a request for its address. */
  public void count(HttpServerRequest request) {
    SocketAddress address = request.remoteAddress();
    take(ofAddress, address == null ? "" : Addresses.household(address), request);
  }

  /** Counts a request for its caller. */
  void count(Caller caller, HttpServerRequest request) {
    if (!ofKey.isUnlimited()) {
      take(ofKey, caller.name(), request);
    }
  }

  private static void take(Quota quota, String who, HttpServerRequest request) {
    Quota.Taken taken = quota.take(who);
    MultiMap headers = request.response().headers();
    headers.add(POLICY, quota.policy()).add(LIMIT, quota.standing(taken));
    if (!taken.granted()) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, taken.againInSeconds())));
      throw Failure.of(Code.RATE_LIMITED, "More requests than may come so fast");
    }
  }
}
