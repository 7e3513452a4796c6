package io.aetherkeep.redis.connection;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.target.RedisAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Redirect reply of a cluster node: to another node, or to a later attempt. */
public final class RedisRedirect extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final Pattern SHAPE =
      Pattern.compile("^(?:(MOVED|ASK) [0-9]+ (\\S*):([0-9]{1,5})(?:\\R|$)|TRYAGAIN )");

  /** Kinds of redirects. */
  public enum Kind {
    /** Another node serves the slot. */
    MOVED,
    /** The key has already moved: only this command goes to the other node. */
    ASK,
    /** The keys are on two nodes while the slot is being moved: try again. */
    TRYAGAIN
  }

  private final Kind kind;
  private final String host;
  private final int port;

  private RedisRedirect(Kind kind, String host, int port) {
    super(kind.name(), null, false, false);
    this.kind = kind;
    this.host = host;
    this.port = port;
  }

  /** Parses an error reply; null if it is not a redirect. */
  static @Nullable RedisRedirect of(String reply) {
    Matcher parts = SHAPE.matcher(reply);
    if (!parts.find()) {
      return null;
    }
    return parts.group(1) == null
        ? new RedisRedirect(Kind.TRYAGAIN, "", 0)
        : new RedisRedirect(
            Kind.valueOf(parts.group(1)), parts.group(2), Integer.parseInt(parts.group(3)));
  }

  public Kind kind() {
    return kind;
  }

  /** The address to send to; without a host it is the same host with another port. */
  public RedisAddress address(RedisAddress from) {
    return new RedisAddress(host.isEmpty() || host.equals("?") ? from.host() : host, port);
  }

  /** Failure of a command whose redirects are not followed further. */
  public Failure failure() {
    return RedisDial.unavailable("The Redis Cluster is moving this slot: " + kind);
  }
}
