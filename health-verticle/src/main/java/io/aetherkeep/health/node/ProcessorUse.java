package io.aetherkeep.health.node;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Meter of the processors that this process uses, from one measurement to the next. */
final class ProcessorUse {

  private long measuredAt;
  private @Nullable Duration used;
  private volatile @Nullable Double last;

  /** Computes the use since the measurement before. */
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

  /** Processors in use on average; null before the second measurement. */
  @Nullable Double last() {
    return last;
  }
}
