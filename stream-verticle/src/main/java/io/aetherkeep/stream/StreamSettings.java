package io.aetherkeep.stream;

import java.time.Duration;
import java.util.Map;

/**
 * Settings of the stream verticle.
 *
 * @param usual limits of a space without limits of its own
 * @param spaces limits of spaces, by name
 * @param sweepEvery interval of sweeps over leases, forks and ended streams
 */
public record StreamSettings(Bounds usual, Map<String, Bounds> spaces, Duration sweepEvery) {

  public StreamSettings {
    spaces = Map.copyOf(spaces);
  }

  /**
   * Limits of a space's streams.
   *
   * @param maxStreamBytes maximum length of a stream
   * @param maxAppendBytes maximum size of one append
   * @param retainedBytes how many bytes of a stream are retained at least; 0 for all
   * @param retainedFor how long its bytes are retained at least; zero for ever
   */
  public record Bounds(
      long maxStreamBytes, int maxAppendBytes, long retainedBytes, Duration retainedFor) {

    /**
     * Smallest maximum length: retention drops whole chunks, so one more chunk and the next append
     * must fit.
     */
    public static long leastStreamBytes(long retainedBytes, int maxAppendBytes) {
      return retainedBytes + CHUNK_BYTES + maxAppendBytes;
    }
  }

  /** Size of a chunk, as in {@code stream.lua}. */
  private static final int CHUNK_BYTES = 1 << 17;

  /** Creates settings with the same limits for all spaces, without retention. */
  public StreamSettings(long maxStreamBytes, int maxAppendBytes, Duration sweepEvery) {
    this(new Bounds(maxStreamBytes, maxAppendBytes, 0, Duration.ZERO), Map.of(), sweepEvery);
  }

  public static StreamSettings defaults() {
    return new StreamSettings(64L << 20, 1 << 20, Duration.ofSeconds(1));
  }

  /** The limits of a space. */
  public Bounds of(String space) {
    return spaces.getOrDefault(space, usual);
  }
}
