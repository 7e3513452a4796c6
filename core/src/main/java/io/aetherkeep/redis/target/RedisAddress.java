package io.aetherkeep.redis.target;

import java.net.URI;

/** Where a server listens, as settings, Sentinels or a cluster name it. */
public record RedisAddress(String host, int port) {

  /** Whether it can be dialled: a host with an underscore, say, is in no URL. */
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
