package io.aetherkeep.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Retry schedule of a failed delivery: pauses that grow fourfold, with jitter, and are never
 * shorter than the receiver's {@code Retry-After}.
 *
 * @param first pause after the first failure
 * @param longest longest pause
 * @param giveUpAfter time after the first attempt in which a delivery is retried
 */
public record RetrySchedule(Duration first, Duration longest, Duration giveUpAfter) {

  private static final int MOST_STEPS = 15;

  public RetrySchedule {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("No pauses from " + first + " to " + longest);
    }
  }

  /**
   * Returns the pause before the next attempt; empty if the delivery is given up.
   *
   * @param failures number of failed attempts, at least one
   * @param since time since the first attempt
   * @param retryAfter the receiver's {@code Retry-After}
   */
  public Optional<Duration> next(int failures, Duration since, @Nullable Duration retryAfter) {
    if (since.compareTo(giveUpAfter) >= 0) {
      return Optional.empty();
    }
    long pause = pause(failures);
    if (retryAfter != null && retryAfter.toMillis() > pause) {
      long asked = Math.min(retryAfter.toMillis(), giveUpAfter.toMillis());
      return Optional.of(Duration.ofMillis(asked + chance(asked / 10)));
    }
    return Optional.of(Duration.ofMillis(pause));
  }

  private long pause(int failures) {
    long grown = first.toMillis();
    for (int i = 1; i < Math.min(failures, MOST_STEPS) && grown < longest.toMillis(); i++) {
      grown *= 4;
    }
    long bounded = Math.min(grown, longest.toMillis());
    return Math.max(1, bounded / 2 + chance(bounded / 2));
  }

  private static long chance(long most) {
    return ThreadLocalRandom.current().nextLong(most + 1);
  }
}
