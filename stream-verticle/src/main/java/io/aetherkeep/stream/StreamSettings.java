package io.aetherkeep.stream;

import java.time.Duration;
import java.util.Map;

/**
 * What the stream verticle needs to know.
 *
 * @param usual the bounds of a space that has none of its own
 * @param spaces the bounds of spaces, by their names
 * @param sweepEvery how often leases, forks and what follows a stream's end are looked at
 */
public record StreamSettings(Bounds usual, Map<String, Bounds> spaces, Duration sweepEvery) {

  public StreamSettings {
    spaces = Map.copyOf(spaces);
  }

  /**
   * The bounds of a space's streams.
   *
   * @param maxStreamBytes how long a stream may grow
   * @param maxAppendBytes how much one append may bring
   * @param retainedBytes how many bytes of a stream are retained at least; 0 for all
   * @param retainedFor for how long its bytes are retained at least; zero for ever
   */
  public record Bounds(
      long maxStreamBytes, int maxAppendBytes, long retainedBytes, Duration retainedFor) {

    /** Retention drops whole chunks, so that up to one more is there, and the next append. */
    public static long leastStreamBytes(long retainedBytes, int maxAppendBytes) {
      return retainedBytes + CHUNK_BYTES + maxAppendBytes;
    }
  }

  /** What a chunk holds, as {@code stream.lua} has it. */
  private static final int CHUNK_BYTES = 1 << 17;

  /** The same bounds for all spaces, which retain all. */
  public StreamSettings(long maxStreamBytes, int maxAppendBytes, Duration sweepEvery) {
    this(new Bounds(maxStreamBytes, maxAppendBytes, 0, Duration.ZERO), Map.of(), sweepEvery);
  }

  public static StreamSettings defaults() {
    return new StreamSettings(64L << 20, 1 << 20, Duration.ofSeconds(1));
  }

  /** The bounds of a space. */
  public Bounds of(String space) {
    return spaces.getOrDefault(space, usual);
  }
}
