package io.aetherkeep.redis.target;

import java.net.URI;

/** Address of a server, as settings, Sentinels or a cluster report it. */
public record RedisAddress(String host, int port) {

  /** Whether it can be dialled; a host with an underscore, for example, cannot be in a URL. */
  public boolean isSound() {
    try {
      return URI.create("redis://" + this).getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
