package io.aetherkeep.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Guard against server-side request forgery (SSRF): allows public addresses, and those of the
 * networks in the settings.
 *
 * @param allowed networks that are allowed too; plain HTTP is allowed only there
 */
public record AddressPolicy(List<Network> allowed) {

  /**
   * Private, local and reserved addresses, and addresses of transition protocols that lead to
   * these.
   */
  private static final List<Network> REFUSED =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::/96",
              "64:ff9b::/96",
              "64:ff9b:1::/48",
              "100::/64",
              "2001::/32",
              "2001:db8::/32",
              "2002::/16",
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8")
          .map(Network::of)
          .toList();

  public static final AddressPolicy PUBLIC_ONLY = new AddressPolicy(List.of());

  public AddressPolicy {
    allowed = List.copyOf(allowed);
  }

  private boolean isAllowed(InetAddress address) {
    return allowed.stream().anyMatch(network -> network.contains(address));
  }

  /** The reason why an address is not allowed; empty if it is. */
  public Optional<String> refusal(InetAddress address, boolean plain) {
    if (isAllowed(address)) {
      return Optional.empty();
    }
    if (REFUSED.stream().anyMatch(network -> network.contains(address))) {
      return Optional.of("The address " + address.getHostAddress() + " is not public");
    }
    return plain
        ? Optional.of("Plain HTTP is only possible to the networks of webhooks.allow-networks")
        : Optional.empty();
  }

  /** The reason why a URL is not allowed, before its name is resolved; empty if none is known. */
  public Optional<String> refusal(TargetUrl target) {
    String host = target.host().toLowerCase(Locale.ROOT);
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      return refusal(InetAddress.getLoopbackAddress(), target.isPlain());
    }
    if (Network.parse(host).isEmpty()) {
      return target.isPlain() && allowed.isEmpty()
          ? Optional.of("Plain HTTP is only possible to the networks of webhooks.allow-networks")
          : Optional.empty();
    }
    try {
      return refusal(InetAddress.getByName(host), target.isPlain());
    } catch (UnknownHostException e) {
      return Optional.of("The host is no address");
    }
  }

  /** The reason why one of a name's addresses is not allowed; empty if all are. */
  public Optional<String> refusal(List<InetAddress> addresses, boolean plain) {
    return addresses.stream().flatMap(address -> refusal(address, plain).stream()).findFirst();
  }
}
