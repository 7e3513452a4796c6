package io.aetherkeep.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Retries of a call within its deadline: as late as {@code Retry-After} says, else by exponential
 * backoff, both with jitter. A call that may have been carried out is repeated only if twice does
 * the same as once.
 *
 * @param attempts the most attempts, the first included
 * @param first the mean wait before the second attempt, doubled for each further one
 */
public record ClientRetries(int attempts, Duration first) {

  /** Four attempts, the second after some 100 ms. */
  public static final ClientRetries DEFAULT = new ClientRetries(4, Duration.ofMillis(100));

  /** One attempt. */
  public static final ClientRetries NONE = new ClientRetries(1, Duration.ZERO);

  /** The wait before the next attempt; empty if there is none. */
  Optional<Duration> next(AetherkeepException failure, boolean idempotent, int attempt) {
    if (attempt >= attempts || !failure.mayRepeat(idempotent)) {
      return Optional.empty();
    }
    Duration asked =
        failure instanceof ProblemException problem && problem.retryAfter() != null
            ? problem.retryAfter()
            : Duration.ZERO;
    double jitter = ThreadLocalRandom.current().nextDouble(0.5, 1.5);
    long backoff = (long) (first.toMillis() * Math.scalb(jitter, attempt - 1));
    return Optional.of(asked.plusMillis(backoff));
  }
}
