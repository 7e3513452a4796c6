package io.aetherkeep.router.settings;

import java.time.Duration;

/**
 * Settings of WebSockets.
 *
 * @param heartbeat how long a peer may be silent before it gets a ping
 * @param helloWithin how long a socket may stay open without its first frame
 * @param leaseEvery how often the leases of sockets are renewed
 * @param drain over how long sockets are closed when the node stops
 * @param queueLimit how many bytes may wait for a slow reader
 * @param framesPerSecond how many frames a socket may send a second
 * @param topics how many topics a socket may watch
 */
public record RealtimeSettings(
    Duration heartbeat,
    Duration helloWithin,
    Duration leaseEvery,
    Duration drain,
    int queueLimit,
    int framesPerSecond,
    int topics) {

  /** Interval of renewal, well within the minute that a lease lasts. */
  public static final Duration LEASE_EVERY = Duration.ofSeconds(27);

  /** Returns the defaults, which the contract states. */
  public static RealtimeSettings usual() {
    return new RealtimeSettings(
        Duration.ofSeconds(25),
        Duration.ofSeconds(10),
        LEASE_EVERY,
        Duration.ofSeconds(3),
        1 << 20,
        100,
        200);
  }

  /**
   * Returns the interval at which sockets are checked: a quarter of the shorter timeout, at most a
   * second.
   */
  public Duration sweepEvery() {
    Duration shortest = heartbeat.compareTo(helloWithin) < 0 ? heartbeat : helloWithin;
    Duration quarter = shortest.dividedBy(4);
    return quarter.toMillis() < 1000 ? quarter : Duration.ofSeconds(1);
  }
}
