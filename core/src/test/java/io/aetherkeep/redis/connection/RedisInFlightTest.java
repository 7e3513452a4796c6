package io.aetherkeep.redis.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

  @Test
  void silence_beginsWithTheFirstCommandAfterAnIdleTime() {
    flights.markAlive();
    long idle = System.nanoTime();
    Promise<String> answer = Promise.promise();
    flights.follow(1, place -> "GET", answer.future(), 100);
    long sent = flights.silentSince();
    assertTrue(sent - idle >= 0, "the idle time counts as silence");
    flights.follow(1, place -> "GET", Promise.<String>promise().future(), 100);
    assertEquals(sent, flights.silentSince(), "a server that owes a reply is still silent");
    answer.complete("value");
    assertTrue(flights.silentSince() - sent >= 0);
  }
}
