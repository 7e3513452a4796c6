package io.aetherkeep.router.access;

import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** Addresses as far as they tell one client from another. */
public final class Addresses {

  private static final int NETWORK_BYTES = 8;

  private Addresses() {}

  /** Whom an address belongs to: of IPv6 a /64, for that is what one household has. */
  public static String household(SocketAddress address) {
    String number = address.hostAddress();
    return number == null ? "" : household(number);
  }

  static String household(String number) {
    if (number.indexOf(':') < 0) {
      return number;
    }
    try {
      // A number is not looked up.
      InetAddress address = InetAddress.getByName(number);
      return address instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES))
          : address.getHostAddress();
    } catch (UnknownHostException e) {
      return number;
    }
  }
}
