package io.aetherkeep.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Block of addresses in CIDR notation: {@code 10.0.0.0/8}, {@code fd00::/8}. */
public final class Network {

  /** Matches addresses only, because Java would resolve a name. */
  private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]+");

  private final String text;
  private final byte[] first;
  private final int bits;

  private Network(String text, byte[] first, int bits) {
    this.text = text;
    this.first = first;
    this.bits = bits;
  }

  /** Parses a network; without a prefix length, it is a single address. */
  public static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean literal = LITERAL.matcher(address).matches();
    if (!literal || !(address.contains(":") || address.matches("\\d+\\.\\d+\\.\\d+\\.\\d+"))) {
      return Optional.empty();
    }
    try {
      byte[] first = InetAddress.getByName(address).getAddress();
      int bits = slash < 0 ? first.length * 8 : Integer.parseInt(text.substring(slash + 1));
      return bits < 0 || bits > first.length * 8
          ? Optional.empty()
          : Optional.of(new Network(text, first, bits));
    } catch (UnknownHostException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  static Network of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("No network: " + text));
  }

  /** Whether the network contains an address. */
  public boolean contains(InetAddress address) {
    byte[] other = address.getAddress();
    if (other.length != first.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if ((other[i / 8] & mask) != (first[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
