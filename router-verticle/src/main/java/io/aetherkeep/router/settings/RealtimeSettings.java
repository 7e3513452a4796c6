package io.aetherkeep.router.settings;

import java.time.Duration;

/**
 * What the WebSocket door needs to know.
 *
 * @param heartbeat after which silence a peer is asked for a sign of life
 * @param helloWithin how long a socket may stay open without its first frame
 * @param leaseEvery how often the leases of sockets are renewed
 * @param drain over how long sockets are closed when the node stops
 * @param queueLimit how many bytes may wait for a slow reader
 * @param framesPerSecond how many frames of one socket are taken
 * @param topics how many a socket may watch
 */
public record RealtimeSettings(
    Duration heartbeat,
    Duration helloWithin,
    Duration leaseEvery,
    Duration drain,
    int queueLimit,
    int framesPerSecond,
    int topics) {

  /** Well within the minute after which a lease is over. */
  public static final Duration LEASE_EVERY = Duration.ofSeconds(27);

  /** Those of the contract. */
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

  /** Often enough for anything that is timed here, and for many sockets at a time. */
  public Duration sweepEvery() {
    Duration shortest = heartbeat.compareTo(helloWithin) < 0 ? heartbeat : helloWithin;
    Duration quarter = shortest.dividedBy(4);
    return quarter.toMillis() < 1000 ? quarter : Duration.ofSeconds(1);
  }
}
