package io.aetherkeep.stream;

import java.time.Duration;

/**
 * What the stream verticle needs to know.
 *
 * @param maxStreamBytes how long a stream may grow
 * @param maxAppendBytes how much one append may bring
 * @param sweepEvery how often leases, forks and what follows a stream's end are looked at
 */
public record StreamSettings(long maxStreamBytes, int maxAppendBytes, Duration sweepEvery) {

  public static StreamSettings usual() {
    return new StreamSettings(64L << 20, 1 << 20, Duration.ofSeconds(1));
  }
}
