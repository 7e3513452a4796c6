package io.aetherkeep.redis.connection;

/**
 * Command counts of this process at a Redis.
 *
 * @param sent commands that were sent
 * @param refused commands that were not sent, because Redis was unavailable
 * @param waiting commands in flight
 */
public record RedisTraffic(long sent, long refused, long waiting) {

  public RedisTraffic plus(RedisTraffic other) {
    return new RedisTraffic(sent + other.sent, refused + other.refused, waiting + other.waiting);
  }
}
