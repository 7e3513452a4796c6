package io.aetherkeep.redis.target;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling, bounded, and never the same for two nodes.
 */
@FunctionalInterface
public interface Backoff {

  /**
   * The wait before an attempt.
   *
   * @param failures how many attempts in a row have failed, one at least
   */
  Duration after(int failures);

  /** Doubles from {@code shortest} up to {@code longest}, and takes off up to half by chance. */
  static Backoff between(Duration shortest, Duration longest) {
    if (shortest.isNegative() || shortest.isZero() || longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException("No backoff between " + shortest + " and " + longest);
    }
    RandomGenerator chance = RandomGenerator.getDefault();
    return failures -> {
      long doubled = shortest.toMillis() << Math.min(failures - 1, 20);
      long bounded = Math.min(doubled, longest.toMillis());
      return Duration.ofMillis(Math.max(1, bounded / 2 + chance.nextLong(bounded / 2 + 1)));
    };
  }
}
