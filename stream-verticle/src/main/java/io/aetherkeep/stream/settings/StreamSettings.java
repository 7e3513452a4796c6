package io.aetherkeep.stream.settings;

import io.aetherkeep.delivery.AddressPolicy;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the stream verticle.
 *
 * @param usual default limits of spaces
 * @param spaces limits of spaces, by name
 * @param sweepEvery interval of sweeps over leases, forks, ended streams and subscriptions
 * @param addresses which addresses the webhooks of subscriptions may be sent to
 */
public record StreamSettings(
    Bounds usual, Map<String, Bounds> spaces, Duration sweepEvery, AddressPolicy addresses) {

  public StreamSettings {
    spaces = Map.copyOf(spaces);
  }

  /**
   * Limits of a space's streams.
   *
   * @param maxStreamBytes maximum size of a stream
   * @param maxAppendBytes maximum size of one append
   * @param retainedBytes minimum size that a stream retains; 0 for all
   * @param retainedFor minimum time for which bytes are retained; zero for ever
   */
  public record Bounds(
      long maxStreamBytes, int maxAppendBytes, long retainedBytes, Duration retainedFor) {

    /**
     * Lowest {@code maxStreamBytes} of a stream with retention: because retention drops whole
     * chunks, one more chunk and the next append must fit.
     */
    public static long leastStreamBytes(long retainedBytes, int maxAppendBytes) {
      return retainedBytes + CHUNK_BYTES + maxAppendBytes;
    }
  }

  /** Size of a chunk, as in {@code stream.lua}. */
  private static final int CHUNK_BYTES = 1 << 17;

  /** Creates settings with the same limits for all spaces, without retention. */
  public StreamSettings(long maxStreamBytes, int maxAppendBytes, Duration sweepEvery) {
    this(
        new Bounds(maxStreamBytes, maxAppendBytes, 0, Duration.ZERO),
        Map.of(),
        sweepEvery,
        AddressPolicy.PUBLIC_ONLY);
  }

  public static StreamSettings defaults() {
    return new StreamSettings(64L << 20, 1 << 20, Duration.ofSeconds(1));
  }

  /** The limits of a space. */
  public Bounds of(String space) {
    return spaces.getOrDefault(space, usual);
  }
}
