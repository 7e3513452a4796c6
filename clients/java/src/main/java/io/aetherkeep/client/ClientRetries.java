package io.aetherkeep.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Retry policy of a call within its deadline: after {@code Retry-After}, else with exponential
 * backoff, both with jitter. A call that may have been executed is repeated only if it is
 * idempotent.
 *
 * @param attempts maximum number of attempts, including the first
 * @param first mean pause before the second attempt, doubled for each further one
 */
public record ClientRetries(int attempts, Duration first) {

  /** Four attempts, the second after about 100 ms. */
  public static final ClientRetries DEFAULT = new ClientRetries(4, Duration.ofMillis(100));

  /** One attempt. */
  public static final ClientRetries NONE = new ClientRetries(1, Duration.ZERO);

  /** The pause before the next attempt; empty if there is none. */
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
