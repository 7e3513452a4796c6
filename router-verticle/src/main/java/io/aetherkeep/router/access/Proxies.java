package io.aetherkeep.router.access;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Trusted reverse proxies, whose {@code Forwarded} (RFC 7239) or {@code X-Forwarded-For} is
 * believed.
 *
 * <p>Every proxy appends the address of its peer, so the client is the last address in the list
 * that is not a trusted proxy's; earlier ones may be forged. If both headers are present and
 * differ, one of them is not the proxy's, and neither is believed.
 */
public final class Proxies {

  /** No proxies: the client is the peer. */
  public static final Proxies NONE = new Proxies(List.of());

  private static final String FORWARDED = "Forwarded";
  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final String FORWARDED_PROTO = "X-Forwarded-Proto";
  private static final Pattern PROTO =
      Pattern.compile("(?:^|[;\\s])proto=\"?([a-z]+)", Pattern.CASE_INSENSITIVE);
  private static final String UNKNOWN = "-";
  private static final Pattern FOR =
      Pattern.compile("(?:^|[;\\s])for=(?:\"([^\"]*)\"|([^;,\\s]*))", Pattern.CASE_INSENSITIVE);
  private static final Pattern PORT = Pattern.compile("(\\[[^\\]]*]|[^:]*)(?::[0-9]{1,5})?|(.*)");

  /** Prefix of IPv4-mapped IPv6 addresses. */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private final List<Network> networks;

  /**
   * Network of addresses.
   *
   * @param prefix the first bits of its addresses
   * @param rest how many bits follow them
   * @param bytes how many bytes an address has
   */
  private record Network(BigInteger prefix, int rest, int bytes) {

    static Network of(byte[] address, int bits) {
      int rest = address.length * Byte.SIZE - bits;
      return new Network(new BigInteger(1, address).shiftRight(rest), rest, address.length);
    }

    boolean holds(byte[] address) {
      return address.length == bytes && new BigInteger(1, address).shiftRight(rest).equals(prefix);
    }
  }

  private Proxies(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /**
   * Creates the proxies with these addresses and networks: {@code 10.0.0.7}, {@code 2001:db8::/32}.
   */
  public static Proxies of(List<String> networks) {
    return new Proxies(networks.stream().map(Proxies::network).toList());
  }

  /** Whether a text is an address or a network, as in the settings. */
  public static boolean isNetwork(String text) {
    try {
      return network(text).bytes > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    byte[] address = number(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException(text + " is neither an IP address nor a network");
    }
    int most = address.length * Byte.SIZE;
    int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
    if (bits < 0 || bits > most) {
      throw new IllegalArgumentException(text + " has a prefix that is too long");
    }
    return Network.of(address, bits);
  }

  /** Returns the bytes of an address, IPv4 also if it is IPv4-mapped; never resolves names. */
  private static byte @Nullable [] number(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    boolean mapped =
        bytes != null && bytes.length == 16 && Arrays.equals(Arrays.copyOf(bytes, 12), MAPPED);
    return mapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
  }

  /** Whether an address is a trusted proxy's. */
  public boolean isTrusted(@Nullable SocketAddress address) {
    return !networks.isEmpty() && address != null && isTrusted(text(address));
  }

  private boolean isTrusted(String address) {
    byte[] number = number(address);
    return number != null && networks.stream().anyMatch(network -> network.holds(number));
  }

  private static String text(SocketAddress address) {
    String number = address.hostAddress();
    return number == null ? UNKNOWN : number;
  }

  /**
   * Returns the address of a request's client: the peer's, or the one that a trusted proxy names.
   */
  public String client(HttpServerRequest request) {
    SocketAddress peer = request.remoteAddress();
    String address = peer == null ? UNKNOWN : text(peer);
    if (networks.isEmpty() || !isTrusted(address)) {
      return address;
    }
    List<String> forwarded = request.headers().getAll(FORWARDED);
    List<String> forwardedFor = request.headers().getAll(FORWARDED_FOR);
    String one = farthest(address, named(forwarded));
    String other = farthest(address, listed(forwardedFor));
    if (forwarded.isEmpty() || forwardedFor.isEmpty()) {
      return forwarded.isEmpty() ? other : one;
    }
    return one.equals(other) ? one : address;
  }

  /**
   * Returns the origin that a request was sent to, such as {@code https://api.example}, or an empty
   * text if it names no host. A trusted proxy says whether that was HTTPS.
   */
  public String origin(HttpServerRequest request) {
    HostAndPort host = request.authority();
    return host == null ? "" : scheme(request) + "://" + host;
  }

  private String scheme(HttpServerRequest request) {
    String own = request.scheme();
    if (!isTrusted(request.remoteAddress())) {
      return own;
    }
    Matcher forwarded = PROTO.matcher(String.valueOf(request.getHeader(FORWARDED)));
    String named =
        forwarded.find() ? forwarded.group(1) : String.valueOf(request.getHeader(FORWARDED_PROTO));
    String first = named.split(",", -1)[0].strip().toLowerCase(Locale.ROOT);
    return first.equals("https") || first.equals("http") ? first : own;
  }

  /**
   * Follows the hops back over trusted proxies to the first that is untrusted or has no valid
   * address.
   */
  private String farthest(String peer, List<String> hops) {
    String address = peer;
    for (int i = hops.size() - 1; i >= 0 && isTrusted(address); i--) {
      byte[] hop = number(hops.get(i));
      if (hop == null) {
        return address;
      }
      address = NetUtil.bytesToIpAddress(hop);
    }
    return address;
  }

  private static List<String> listed(List<String> lines) {
    List<String> hops = new ArrayList<>();
    for (String hop : String.join(",", lines).split(",", -1)) {
      hops.add(withoutPort(hop.strip()));
    }
    return hops;
  }

  private static List<String> named(List<String> lines) {
    List<String> hops = new ArrayList<>();
    for (String element : String.join(",", lines).split(",", -1)) {
      Matcher found = FOR.matcher(element);
      String hop = found.find() ? (found.group(1) != null ? found.group(1) : found.group(2)) : "";
      hops.add(withoutPort(hop));
    }
    return hops;
  }

  private static String withoutPort(String hop) {
    Matcher parts = PORT.matcher(hop);
    String address = parts.matches() && parts.group(1) != null ? parts.group(1) : hop;
    return address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
  }
}
