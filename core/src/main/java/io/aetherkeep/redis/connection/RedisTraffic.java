package io.aetherkeep.redis.connection;

/**
 * What went to a Redis from this process.
 *
 * @param sent commands that were sent
 * @param refused commands that were not, because Redis was away
 * @param waiting commands that wait for their answers
 */
public record RedisTraffic(long sent, long refused, long waiting) {

  public RedisTraffic plus(RedisTraffic other) {
    return new RedisTraffic(sent + other.sent, refused + other.refused, waiting + other.waiting);
  }
}
