package io.aetherkeep.router.settings;

import java.time.Duration;

/**
 * Timeouts and limits of HTTP connections.
 *
 * @param deadline how long a request may take once its body has arrived
 * @param bodyTimeout how long a body may pause
 * @param idleTimeout how long a connection may be silent
 * @param shutdownTimeout how long requests in progress may take when the node stops
 * @param compressionThreshold the smallest response that is compressed, in bytes
 */
public record ConnectionSettings(
    Duration deadline,
    Duration bodyTimeout,
    Duration idleTimeout,
    Duration shutdownTimeout,
    int maxHeaderSize,
    int maxUriLength,
    boolean compression,
    int compressionThreshold) {

  /** Interval of heartbeats, short enough that no proxy closes a silent stream as idle. */
  private static final Duration BEAT = Duration.ofSeconds(20);

  /** The defaults. */
  public static final ConnectionSettings USUAL =
      new ConnectionSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          8192,
          4096,
          true,
          1024);

  /** Returns a copy with another body timeout. */
  public ConnectionSettings withBodyTimeout(Duration other) {
    return new ConnectionSettings(
        deadline,
        other,
        idleTimeout,
        shutdownTimeout,
        maxHeaderSize,
        maxUriLength,
        compression,
        compressionThreshold);
  }

  /** Returns the interval of heartbeats on streams, in ms. */
  public long beatMillis() {
    return Math.min(BEAT.toMillis(), idleTimeout.toMillis() / 3);
  }
}
