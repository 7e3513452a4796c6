package io.aetherkeep.router.access;

import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** Client addresses, reduced to what identifies one client. */
public final class Addresses {

  private static final int NETWORK_BYTES = 8;

  private Addresses() {}

  /** Returns the client that an address belongs to; in IPv6 a household has a /64. */
  public static String clientPrefix(SocketAddress address) {
    String number = address.hostAddress();
    return number == null ? "" : clientPrefix(number);
  }

  public static String clientPrefix(String number) {
    if (number.indexOf(':') < 0) {
      return number;
    }
    try {
      // A numeric address causes no DNS query.
      InetAddress address = InetAddress.getByName(number);
      return address instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES))
          : address.getHostAddress();
    } catch (UnknownHostException e) {
      return number;
    }
  }
}
