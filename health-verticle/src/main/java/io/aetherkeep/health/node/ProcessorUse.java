package io.aetherkeep.health.node;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Meter of this process's CPU use between two measurements. */
final class ProcessorUse {

  private long measuredAt;
  private @Nullable Duration used;
  private volatile @Nullable Double last;

  /** Computes the use since the previous measurement. */
  void measure() {
    Optional<Duration> now = ProcessHandle.current().info().totalCpuDuration();
    long at = System.nanoTime();
    Duration before = used;
    if (before != null && now.isPresent() && at > measuredAt) {
      double share = (double) now.get().minus(before).toNanos() / (at - measuredAt);
      last = Math.max(0, Math.round(share * 1000) / 1000.0);
    }
    used = now.orElse(null);
    measuredAt = at;
  }

  /** Average number of processors in use; null before the second measurement. */
  @Nullable Double last() {
    return last;
  }
}
