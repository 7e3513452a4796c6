package io.aetherkeep.delivery;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Guard against server-side request forgery: a delivery dials public addresses only, and those of
 * the networks that the settings allow.
 *
 * @param allowed networks of one's own; only there is plain HTTP spoken
 */
public record AddressPolicy(List<Network> allowed) {

  /** Addresses that are private, local, reserved, or another protocol's way to one of these. */
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

  /** Why an address may not be dialled; nothing where it may. */
  public Optional<String> refusal(InetAddress address, boolean plain) {
    if (isAllowed(address)) {
      return Optional.empty();
    }
    if (REFUSED.stream().anyMatch(network -> network.contains(address))) {
      return Optional.of("The address " + address.getHostAddress() + " is not public");
    }
    return plain ? Optional.of("Plain HTTP is spoken to allowed networks only") : Optional.empty();
  }

  /** Why one of a name's addresses may not be dialled; nothing where all may. */
  public Optional<String> refusal(List<InetAddress> addresses, boolean plain) {
    return addresses.stream().flatMap(address -> refusal(address, plain).stream()).findFirst();
  }
}
