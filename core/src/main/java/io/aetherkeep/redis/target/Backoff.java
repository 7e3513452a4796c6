package io.aetherkeep.redis.target;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Exponential backoff with a limit and jitter, so that nodes do not retry in step. */
@FunctionalInterface
public interface Backoff {

  /**
   * The delay before an attempt.
   *
   * @param failures number of consecutive failures, at least one
   */
  Duration after(int failures);

  /** Doubles from {@code shortest} up to {@code longest}, and subtracts up to half at random. */
  static Backoff between(Duration shortest, Duration longest) {
    if (shortest.isNegative() || shortest.isZero() || longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException("No backoff between " + shortest + " and " + longest);
    }
    return failures -> {
      long doubled = shortest.toMillis() << Math.min(failures - 1, 20);
      long bounded = Math.min(doubled, longest.toMillis());
      return Duration.ofMillis(
          Math.max(1, bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1)));
    };
  }
}
