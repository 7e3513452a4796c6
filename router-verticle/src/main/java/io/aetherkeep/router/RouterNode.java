package io.aetherkeep.router;

import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.access.Quotas;
import io.aetherkeep.router.server.ConnectionLimit;
import io.aetherkeep.router.settings.RouterSettings;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * What all routers of a node count together.
 *
 * @param clock by which credentials end
 * @param clocks by which the times of a space are written
 */
record RouterNode(
    Quotas quotas,
    Proxies proxies,
    ConnectionLimit connections,
    ConnectionLimit managing,
    InstantSource clock,
    Function<String, InstantSource> clocks) {

  static RouterNode of(
      RouterSettings settings, InstantSource clock, Function<String, InstantSource> clocks) {
    Proxies proxies = Proxies.of(settings.door().trustedProxies());
    return new RouterNode(
        Quotas.of(settings.access(), proxies),
        proxies,
        ConnectionLimit.ofEverybody(settings),
        ConnectionLimit.ofManagement(settings),
        clock,
        clocks);
  }
}
