package io.aetherkeep.redis.connection;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.target.RedisAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A reply by which a node of a cluster sends a command elsewhere, or asks for patience. */
public final class RedisRedirect extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final Pattern SHAPE =
      Pattern.compile("^(?:(MOVED|ASK) [0-9]+ (\\S*):([0-9]{1,5})$|TRYAGAIN )");

  /** What a node says of a slot. */
  public enum Kind {
    /** Another node serves it. */
    MOVED,
    /** Another node has this key already, and is asked for this once. */
    ASK,
    /** Its keys are in two places, as it is on its way. */
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

  /** The redirection in an error reply, if it is one. */
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

  /** Where to go; a node that says no host means its own. */
  public RedisAddress address(RedisAddress from) {
    return new RedisAddress(host.isEmpty() || host.equals("?") ? from.host() : host, port);
  }

  /** What is said where it is not followed any more. */
  public Failure failure() {
    return RedisDial.unavailable("The Redis Cluster is moving this slot: " + kind);
  }
}
