package io.aetherkeep.redis.connection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

/** Deadlines of commands in flight, with times given by the test. */
class RedisInFlightTest {

  private final RedisInFlight flights = new RedisInFlight(RedisErrors::failure, () -> {});

  @Test
  void anEventLoopThatWasHeldUp_takesNoAnswerForLate() {
    Future<String> answer =
        flights.follow(1, place -> "GET", Promise.<String>promise().future(), 100);
    flights.extendDeadlines(50);
    assertFalse(flights.failOverdue(149, "late"));
    assertFalse(answer.isComplete());
    assertTrue(flights.failOverdue(150, "late"));
    assertTrue(answer.failed());
  }
}
