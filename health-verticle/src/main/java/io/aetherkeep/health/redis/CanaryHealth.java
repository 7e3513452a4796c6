package io.aetherkeep.health.redis;

import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.Latency;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Health of one Redis by its canaries. Without a returned canary for a while it is down, even if
 * connected, because a frozen server keeps its connections.
 */
public final class CanaryHealth {

  /** Two canaries may be lost; after the third, Redis is down, within two seconds. */
  static final Duration PATIENCE = Duration.ofMillis(1400);

  private static final int SAMPLES = 240;

  private final double[] millis = new double[SAMPLES];
  private int beats;
  private @Nullable Instant last;
  private String reason = "no canary has come back yet";

  synchronized void beat(Instant at, double took) {
    last = at;
    millis[beats % SAMPLES] = took;
    beats++;
  }

  synchronized void missed(String why) {
    reason = why;
  }

  synchronized @Nullable Instant last() {
    return last;
  }

  public synchronized HealthStatus status(Instant now) {
    return last != null && last.isAfter(now.minus(PATIENCE)) ? HealthStatus.UP : HealthStatus.DOWN;
  }

  synchronized @Nullable public String reason(Instant now) {
    return status(now) == HealthStatus.UP ? null : reason;
  }

  synchronized @Nullable public Latency latency() {
    int samples = Math.min(beats, SAMPLES);
    if (samples == 0) {
      return null;
    }
    double[] sorted = Arrays.copyOf(millis, samples);
    Arrays.sort(sorted);
    return new Latency(
        at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99), sorted[samples - 1], samples);
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)))];
  }
}
